import "reflect-metadata";
import {
  buildSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { Authorized, Mutation, Query, Resolver } from "type-graphql";
import { createSchema } from "../../src/graphql/schema.js";
import { printSchemaFile } from "../../src/graphql/schema-file.js";
import { readText } from "../support/repository.js";

const emitted = buildSchema(readText("schema.graphql"));
const contract = buildSchema(readText("test/contract/schema.graphql"));

interface Described {
  readonly name: string;
  readonly description?: string | null;
}

const ownTypesOf = (schema: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );

const parts = { authChecker: () => true, container: { get: () => undefined } };

/** Every element of a type as "Type.field(arg)" with all that a client can rely on. */
function promisesOf(type: GraphQLNamedType): Map<string, string> {
  const promises = new Map<string, string>();
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const { name } of type.getInterfaces()) promises.set(`${type.name} implements ${name}`, "");
    for (const field of Object.values(type.getFields())) {
      promises.set(`${type.name}.${field.name}`, String(field.type));
      for (const arg of field.args) {
        promises.set(`${type.name}.${field.name}(${arg.name})`, `${arg.type} = ${String(arg.defaultValue)}`);
      }
    }
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) {
      promises.set(`${type.name}.${field.name}`, `${field.type} = ${String(field.defaultValue)}`);
    }
  } else if (isEnumType(type)) {
    for (const { name } of type.getValues()) promises.set(`${type.name}.${name}`, "");
  } else if (isUnionType(type)) {
    for (const { name } of type.getTypes()) promises.set(`${type.name} = ${name}`, "");
  }
  return promises;
}

/** The types of the contract that can be reached through what exists already. */
function promisedTypes(): GraphQLNamedType[] {
  return Object.values(contract.getTypeMap()).filter(({ name }) =>
    ownTypesOf(emitted).some((own) => own.name === name),
  );
}

describe("schema.graphql", () => {
  test("is what the code says", () => {
    expect(readText("schema.graphql")).toBe(printSchemaFile());
  });

  test("keeps the contract, less what this version does not have yet", () => {
    const broken = promisedTypes().flatMap((type) => {
      const own = emitted.getType(type.name);
      const kept = own === undefined ? new Map() : promisesOf(own);
      return [...promisesOf(type)]
        .filter(([name, promise]) => kept.get(name) !== promise)
        .map(([name]) => name);
    });
    expect(broken).toEqual([]);
  });

  test("has every type that what exists of the contract leads to", () => {
    const names = promisedTypes()
      .filter((type) => isObjectType(type) || isInputObjectType(type) || isInterfaceType(type))
      .flatMap((type) =>
        Object.values(type.getFields()).map(
          (field) => [`${type.name}.${field.name}`, String(field.type)] as const,
        ),
      )
      .map(([, type]) => type.replace(/[[\]!]/g, ""));
    expect([...new Set(names)].filter((name) => emitted.getType(name) === undefined)).toEqual([]);
  });

  test("13: marks every operation that tries a credential, so that a request carries one of them", () => {
    const attempts = [
      "changePassword",
      "confirmTotpSetup",
      "login",
      "reauthenticate",
      "resetPassword",
      "signup",
      "verifyEmail",
    ];
    expect(
      attempts.filter((name) => !emitted.getMutationType()?.description?.includes(`\`${name}\``)),
    ).toEqual([]);
  });

  test.each([
    ["", emitted],
    [", with FEDERATION", createSchema({ ...parts, federation: true })],
  ])("describes every type, field, argument and enum value%s", (_where, schema) => {
    const undescribed = ownTypesOf(schema).flatMap((type) => {
      const elements: Described[] = [type];
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) elements.push(field, ...field.args);
      } else if (isInputObjectType(type)) elements.push(...Object.values(type.getFields()));
      else if (isEnumType(type)) elements.push(...type.getValues());
      return elements.filter(({ description }) => !description).map(({ name }) => `${type.name}: ${name}`);
    });
    expect(undescribed).toEqual([]);
  });
});

describe("default deny", () => {
  test("44: a root field with neither @Authorized() nor @Public() does not get into the schema", () => {
    @Resolver()
    class CarelessResolver {
      @Query(() => String)
      secretOfAll(): string {
        return "everybody reads this";
      }

      @Authorized()
      @Mutation(() => String)
      guarded(): string {
        return "fine";
      }
    }
    expect(() => createSchema(parts, [CarelessResolver])).toThrow(
      "Root fields without @Authorized() or @Public(): secretOfAll",
    );
  });
});
