import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputObjectType,
  getNamedType,
  isInputObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { makeAdmin, storedUser } from "../support/administration.js";
import { type Account, newEmail, PASSWORD, signedUp } from "../support/journeys.js";
import { readText } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

/** What makes an account more than it was. */
const COVETED = {
  role: "ADMIN",
  status: "DISABLED",
  id: "0199a5b0-0000-7000-8000-000000000000",
  emailVerified: true,
};

/** The only inputs that declare any of it: of administrators, and to look for accounts with. */
const DECLARED: Readonly<Record<string, readonly string[]>> = {
  UpdateUserInput: ["emailVerified", "role", "status"],
  UserFilter: ["emailVerified", "role", "status"],
};

/** What a form is filled in with where "none" will not do, so that nothing but the field too many is wrong with it. */
const FILLED: Readonly<Record<string, () => unknown>> = {
  email: newEmail,
  identifier: newEmail,
  password: () => PASSWORD,
  currentPassword: () => PASSWORD,
  newPassword: () => "another fine secret",
  name: () => "Mallory",
  response: () => ({}),
};

const schema = buildSchema(readText("schema.graphql"));

interface Form {
  readonly root: "query" | "mutation";
  readonly field: GraphQLField<unknown, unknown>;
  readonly argument: string;
  readonly type: GraphQLInputObjectType;
}

const rootFields = (["query", "mutation"] as const).flatMap((root) => {
  const type = root === "query" ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {}).map((field) => ({ root, field }));
});

const forms: Form[] = rootFields.flatMap(({ root, field }) =>
  field.args.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    return isInputObjectType(named) ? [{ root, field, argument: name, type: named }] : [];
  }),
);

const inputTypes = Object.values(schema.getTypeMap()).filter(isInputObjectType);

const trials = forms.flatMap((form) =>
  Object.keys(COVETED)
    .filter((name) => !(name in form.type.getFields()))
    .map((name) => [`${form.field.name}(${form.argument}: ${form.type.name})`, name, form] as const),
);

describe("45: role, status, id and emailVerified in an input that does not declare them", () => {
  let app: TestApp;
  let user: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await signedUp(app);
  });

  const everybody = () => app.orm.em.fork().find(User, {}, { orderBy: { id: "asc" } });

  function documentOf({ root, field, argument, type }: Form): string {
    const others = field.args
      .filter((arg) => arg.name !== argument && isRequiredArgument(arg))
      .map((arg) => `${arg.name}: "${user.userId}", `);
    return `${root} ($input: ${type.name}!) { ${field.name}(${others.join("")}${argument}: $input) { __typename } }`;
  }

  const fill = (type: GraphQLInputObjectType) =>
    Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => field.name in FILLED || isRequiredInputField(field))
        .map(({ name }) => [name, FILLED[name]?.() ?? "none"]),
    );

  test("are declared where administrators say what an account is to be, and nowhere else", () => {
    const declaring = inputTypes.flatMap((type) => {
      const names = Object.keys(type.getFields()).filter((name) => name in COVETED);
      return names.length === 0 ? [] : [[type.name, names.sort()] as const];
    });
    for (const [name, fields] of declaring) expect([name, fields]).toEqual([name, DECLARED[name]]);
    expect(declaring.map(([name]) => name)).toContain("UpdateUserInput");
    // One within a form declares none of it either, as was seen above; all others are tried.
    const within = forms.flatMap(({ type }) =>
      Object.values(type.getFields()).map((f) => getNamedType(f.type)),
    );
    const known = [...forms.map(({ type }) => type), ...within];
    expect(inputTypes.filter((type) => !known.includes(type))).toEqual([]);
  });

  test("every form that is tried is in order without them", async () => {
    const used = new Set(trials.map(([, , form]) => form));
    expect(used.size).toBe(forms.length);
    for (const form of used) {
      const input = fill(form.type);
      const { body } = await app.graphql(documentOf(form), { variables: { input } });
      expect(body.errors?.filter(({ extensions }) => extensions.code !== "UNAUTHENTICATED") ?? []).toEqual(
        [],
      );
    }
  });

  test.each(trials)("%s with %s is refused, and changes nothing", async (_name, coveted, form) => {
    // The one who may do the most.
    await makeAdmin(app, user);
    const before = await everybody();
    const input = { ...fill(form.type), [coveted]: COVETED[coveted as keyof typeof COVETED] };
    for (const token of [user.accessToken, undefined]) {
      const answer = await app.graphql(documentOf(form), {
        variables: { input },
        ...(token === undefined ? {} : { token }),
      });
      expect(answer.body.data).toBeUndefined();
      expect(answer.body.errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
      expect(answer.body.errors?.[0]?.message).toContain(`"${coveted}"`);
    }
    expect(await everybody()).toEqual(before);
  });

  test.each(rootFields.map(({ root, field }) => [field.name, root, field] as const))(
    "%s takes none of them as arguments that it does not declare",
    async (name, root, field) => {
      const before = await everybody();
      for (const [coveted, value] of Object.entries(COVETED)) {
        if (field.args.some((arg) => arg.name === coveted)) continue;
        const literal = typeof value === "string" ? JSON.stringify(value) : value;
        const { body } = await app.graphql(`${root} { ${name}(${coveted}: ${literal}) }`, {
          token: user.accessToken,
        });
        expect(body.data).toBeUndefined();
        expect(body.errors?.map(({ message }) => message).join()).toContain(`"${coveted}"`);
      }
      expect(await everybody()).toEqual(before);
    },
  );

  test.each(["__proto__", "constructor", "prototype"])("nor do they come in by way of %s", async (way) => {
    await app.orm.em.fork().nativeUpdate(User, { id: user.userId }, { role: Role.USER });
    const before = await storedUser(app, user);
    const query = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }";
    const response = await app.post(
      `{"query":${JSON.stringify(query)},"variables":{"input":{"${way}":{"role":"ADMIN","emailVerified":true}}}}`,
      { "content-type": "application/json", authorization: `Bearer ${user.accessToken}` },
    );
    expect(response.status).toBeLessThan(500);
    expect(await storedUser(app, user)).toEqual(before);
  });
});
