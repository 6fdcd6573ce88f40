import { buildSchema, type GraphQLObjectType } from "graphql";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { readText } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

/** Who may use each root field, and a call of it that changes nothing. */
const RULES: Readonly<Record<string, { readonly access: "public" | "user"; readonly call: string }>> = {
  "Query.me": { access: "user", call: "{ me { id } }" },
  "Query.authSettings": { access: "public", call: "{ authSettings { signupEnabled } }" },
  "Mutation.signup": {
    access: "public",
    call: 'mutation { signup(input: { email: "", password: "" }) { __typename } }',
  },
  "Mutation.login": {
    access: "public",
    call: 'mutation { login(input: { identifier: "", password: "" }) { __typename } }',
  },
  "Mutation.refreshTokens": { access: "public", call: "mutation { refreshTokens { __typename } }" },
  "Mutation.logout": { access: "public", call: 'mutation { logout(refreshToken: "") }' },
  "Mutation.reauthenticate": {
    access: "user",
    call: "mutation { reauthenticate(input: {}) { __typename } }",
  },
  "Mutation.revokeSession": { access: "user", call: 'mutation { revokeSession(id: "none") }' },
  "Mutation.revokeOtherSessions": { access: "user", call: "mutation { revokeOtherSessions }" },
};

const schema = buildSchema(readText("schema.graphql"));
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.keys((type as GraphQLObjectType).getFields()).map((field) => `${type?.name}.${field}`),
);
const userFields = Object.keys((schema.getType("User") as GraphQLObjectType).getFields());

describe("44: the access rules", () => {
  let app: TestApp;
  let user: Account;
  let admin: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    [user, admin] = [await signedUp(app), await signedUp(app)];
    await app.orm.em.fork().nativeUpdate(User, { id: admin.userId }, { role: Role.ADMIN });
  });

  test("cover every root field", () => {
    expect(Object.keys(RULES).sort()).toEqual([...rootFields].sort());
  });

  test.each(rootFields)("%s", async (field) => {
    const rule = RULES[field];
    // "logout" would end the very session that the next field is tried with.
    const isLogout = field === "Mutation.logout";
    for (const [who, token] of [
      ["anonymous", undefined],
      ["user", isLogout ? (await signedUp(app)).accessToken : user.accessToken],
      ["admin", isLogout ? (await signedUp(app)).accessToken : admin.accessToken],
    ] as const) {
      const answer = await app.graphql(rule?.call ?? "", { token });
      const isRefused = rule?.access === "user" && who === "anonymous";
      expect(errorOf(answer)).toEqual(
        isRefused ? { code: "UNAUTHENTICATED", reason: "MISSING_TOKEN" } : undefined,
      );
    }
  });

  test.each(userFields)(
    "User.%s is shown to the user themself, and no query leads to anybody else's",
    async (field) => {
      const selection = field === "sessions" ? "sessions { id }" : field;
      const own = await app.graphql(`{ me { ${selection} } }`, { token: user.accessToken });
      expect(own.body.errors).toBeUndefined();
      expect(own.body.data.me).toHaveProperty(field);
      expect((await app.graphql(`{ me { ${selection} } }`)).body.data).toEqual({ me: null });
      expect((await app.graphql("{ me { id } }", { token: admin.accessToken })).body.data.me.id).toBe(
        admin.userId,
      );
    },
  );
});
