import { buildSchema, type GraphQLObjectType } from "graphql";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { type Account, errorOf, PASSWORD, signedUp } from "../support/journeys.js";
import { readText } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

type Access = "public" | "user" | "recent" | "admin" | "recent admin";

/** Who may use each root field, and a call of it by which it shows that it was let through. */
const RULES: Readonly<Record<string, { readonly access: Access; readonly call: string }>> = {
  "Query.me": { access: "user", call: "{ me { id } }" },
  "Query.authSettings": { access: "public", call: "{ authSettings { signupEnabled } }" },
  "Query.securityEvents": { access: "admin", call: "{ securityEvents { nodes { id } } }" },
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
  "Mutation.changePassword": {
    access: "user",
    call: 'mutation { changePassword(input: { currentPassword: "", newPassword: "" }) { __typename } }',
  },
  "Mutation.requestPasswordReset": {
    access: "public",
    call: 'mutation { requestPasswordReset(email: "nobody@example.org") }',
  },
  "Mutation.resetPassword": {
    access: "public",
    call: 'mutation { resetPassword(input: { token: "", newPassword: "" }) { __typename } }',
  },
  "Mutation.requestEmailVerification": {
    access: "public",
    call: 'mutation { requestEmailVerification(email: "nobody@example.org") }',
  },
  "Mutation.verifyEmail": {
    access: "public",
    call: 'mutation { verifyEmail(token: "") { __typename } }',
  },
  "Mutation.requestEmailChange": {
    access: "recent",
    call: 'mutation { requestEmailChange(newEmail: "") { __typename } }',
  },
  "Mutation.deleteAccount": { access: "recent", call: "mutation { deleteAccount }" },
  "Mutation.revokeSession": { access: "user", call: 'mutation { revokeSession(id: "none") }' },
  "Mutation.revokeOtherSessions": { access: "user", call: "mutation { revokeOtherSessions }" },
  "Mutation.updateProfile": {
    access: "user",
    call: "mutation { updateProfile(input: {}) { __typename } }",
  },
};

const FORBIDDEN = { code: "FORBIDDEN" };
const REAUTHENTICATION_REQUIRED = { code: "REAUTHENTICATION_REQUIRED" };

/** Of fields that have fields of their own. */
const SELECTIONS: Readonly<Record<string, string>> = {
  sessions: "sessions { id }",
  securityEvents: "securityEvents { nodes { id } }",
};

const REAUTHENTICATE = `mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`;

const schema = buildSchema(readText("schema.graphql"));
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.keys((type as GraphQLObjectType).getFields()).map((field) => `${type?.name}.${field}`),
);
const userFields = Object.keys((schema.getType("User") as GraphQLObjectType).getFields());

describe("44: the access rules", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    // So that nobody who tries to delete their account is the last one.
    await signedUpAs(Role.ADMIN);
  });

  /** Each trial has an account of its own: a call may end the session, or the account. */
  const signedUpAs = async (role: Role): Promise<Account> => {
    const account = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role });
    return account;
  };

  test("cover every root field", () => {
    expect(Object.keys(RULES).sort()).toEqual([...rootFields].sort());
  });

  describe.each(rootFields)("%s", (field) => {
    const { access, call } = RULES[field] ?? { access: "public", call: "" };

    test(access === "public" ? "is open to everybody" : "is refused to who is not logged in", async () => {
      const refusal = { code: "UNAUTHENTICATED", reason: "MISSING_TOKEN" };
      expect(errorOf(await app.graphql(call))).toEqual(access === "public" ? undefined : refusal);
    });

    const isForAdmins = access === "admin" || access === "recent admin";
    const isForRecent = access === "recent" || access === "recent admin";

    if (isForAdmins) {
      test("is refused to USER, however recent their login", async () => {
        const { accessToken: token } = await signedUpAs(Role.USER);
        expect(errorOf(await app.graphql(call, { token }))).toEqual(FORBIDDEN);
        app.advanceSeconds(app.config.recentLoginSeconds);
        expect(errorOf(await app.graphql(call, { token }))).toEqual(FORBIDDEN);
      });
    }

    describe.each(isForAdmins ? [Role.ADMIN] : [Role.USER, Role.ADMIN])("to %s", (role) => {
      test("is open right after a login", async () => {
        const { accessToken: token } = await signedUpAs(role);
        expect(errorOf(await app.graphql(call, { token }))).toBeUndefined();
      });

      const whenLongAgo = isForRecent
        ? "24: asks for another proof long after the login, and takes it"
        : "is open long after the login";

      test(whenLongAgo, async () => {
        const { accessToken: token } = await signedUpAs(role);
        app.advanceSeconds(app.config.recentLoginSeconds);
        const answer = await app.graphql(call, { token });
        expect(errorOf(answer)).toEqual(isForRecent ? REAUTHENTICATION_REQUIRED : undefined);
        if (!isForRecent) return;
        await app.graphql(REAUTHENTICATE, { token });
        expect(errorOf(await app.graphql(call, { token }))).toBeUndefined();
      });
    });
  });

  describe("of users", () => {
    let user: Account;
    let admin: Account;

    beforeAll(async () => {
      [user, admin] = [await signedUpAs(Role.USER), await signedUpAs(Role.ADMIN)];
    });

    test.each(userFields)(
      "User.%s is shown to the user themself, and no query leads to anybody else's",
      async (field) => {
        const selection = SELECTIONS[field] ?? field;
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
});
