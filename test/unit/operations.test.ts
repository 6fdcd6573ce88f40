import {
  buildSchema,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLUnionType,
  getNamedType,
  isUnionType,
  Kind,
  type SelectionNode,
  validate,
} from "graphql";
import { nameOf, operations, parsedOperations } from "../support/operations.js";
import { readText } from "../support/repository.js";

const schema = buildSchema(readText("schema.graphql"));
const fragments = parsedOperations.definitions.filter(
  (definition) => definition.kind === Kind.FRAGMENT_DEFINITION,
);
const isField = (selection: SelectionNode): selection is FieldNode => selection.kind === Kind.FIELD;

/** What each operation asks at its root, with the type that the schema says it answers. */
const rootFields = operations.flatMap((operation) =>
  operation.selectionSet.selections.filter(isField).map((field) => ({
    operation: nameOf(operation),
    field,
    type: getNamedType(schema.getRootType(operation.operation)?.getFields()[field.name.value]?.type),
  })),
);

const results = rootFields.filter(({ type }) => isUnionType(type));

const selectionsOf = ({ selectionSet }: Pick<FieldNode, "selectionSet">) => selectionSet?.selections ?? [];

/** The types that a selection asks something of: by a fragment of its own, or one in place. */
function typesAskedFor(selections: readonly SelectionNode[]): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.typeCondition?.name.value ?? [];
    return selection.kind === Kind.FRAGMENT_SPREAD
      ? fragmentNamed(selection.name.value).typeCondition.name.value
      : [];
  });
}

function fragmentNamed(name: string): FragmentDefinitionNode {
  const found = fragments.find((fragment) => fragment.name.value === name);
  if (found === undefined) throw new Error(`There is no fragment ${name}`);
  return found;
}

const implementsAuthError = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some(({ name }) => name === "AuthError");

describe("the operations in examples", () => {
  test("are valid, all of them together, so that every name is there once and every fragment is used", () => {
    expect(validate(schema, parsedOperations).map(({ message }) => message)).toEqual([]);
    expect(operations.map(nameOf)).not.toContain("");
  });

  test("ask one root field each, and every root field of the schema is asked for", () => {
    expect(rootFields.map(({ operation }) => operation)).toEqual(operations.map(nameOf));
    for (const operation of operations) expect(selectionsOf(operation)).toHaveLength(1);
    const offered = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}),
    );
    expect([...new Set(rootFields.map(({ field }) => field.name.value))].sort()).toEqual(offered.sort());
  });

  test("are called what they ask for, but for those that ask for a part of `me`", () => {
    const otherwise = rootFields.filter(
      ({ operation, field }) => operation !== field.name.value.replace(/^./, (first) => first.toUpperCase()),
    );
    expect(new Set(otherwise.map(({ field }) => field.name.value))).toEqual(new Set(["me"]));
  });

  test.each(results)(
    "$operation asks which member of its result it got, and something of each",
    ({ field, type }) => {
      const selections = selectionsOf(field);
      expect(selections.filter(isField).map(({ name }) => name.value)).toEqual(["__typename"]);
      const asked = typesAskedFor(selections);
      for (const member of (type as GraphQLUnionType).getTypes()) {
        expect(asked).toContain(implementsAuthError(member) ? "AuthError" : member.name);
      }
    },
  );

  test("take every expected error from one fragment, Problem, with everything that the error says", () => {
    expect(results.length).toBeGreaterThan(10);
    for (const { field } of results) {
      const spread = selectionsOf(field).filter(({ kind }) => kind === Kind.FRAGMENT_SPREAD);
      expect(spread).toContainEqual(
        expect.objectContaining({ name: expect.objectContaining({ value: "Problem" }) }),
      );
    }
    const selections = selectionsOf(fragmentNamed("Problem"));
    const common = selections.filter(isField).map(({ name }) => name.value);
    const errors = Object.values(schema.getTypeMap()).filter(
      (type) => "getInterfaces" in type && implementsAuthError(type as GraphQLObjectType),
    );
    for (const error of errors) {
      const own = selections.filter(
        (selection) =>
          selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value === error.name,
      );
      const asked = own.flatMap((selection) => selectionsOf(selection as FieldNode).filter(isField));
      expect([error.name, ...common, ...asked.map(({ name }) => name.value)].sort()).toEqual(
        [error.name, ...Object.keys((error as GraphQLObjectType).getFields())].sort(),
      );
    }
  });
});
