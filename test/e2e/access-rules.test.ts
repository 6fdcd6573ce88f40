import "reflect-metadata";
import type { GraphQLObjectType } from "graphql";
import { createSchema } from "../../src/graphql/schema.js";
import { firstIdOf } from "../../src/lib/uuid.js";
import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { RULES, type Rule, USER_FIELDS } from "../support/access-table.js";
import { type Account, errorOf, PASSWORD, signedUp } from "../support/journeys.js";
import { type GraphqlAnswer, TestApp } from "../support/test-app.js";

const FORBIDDEN = { code: "FORBIDDEN" };

const REAUTHENTICATE = `mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`;

const answerOf = (answer: GraphqlAnswer): unknown => errorOf(answer)?.reason ?? errorOf(answer)?.code;

/** All that can be switched on. */
const schema = createSchema({
  authChecker: () => true,
  container: { get: () => undefined },
  federation: true,
});
const rootFields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
  Object.keys((type as GraphQLObjectType).getFields()).map((field) => `${type?.name}.${field}`),
);
const userFields = Object.keys((schema.getType("User") as GraphQLObjectType).getFields());

describe("44: the access rules", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ FEDERATION: "true" });
    // So that nobody who tries to delete their account is the last one.
    await signedUpAs(Role.ADMIN);
  });

  /** Each trial has an account of its own: a call may end the session, or the account. */
  const signedUpAs = async (role: Role): Promise<Account> => {
    const account = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role });
    return account;
  };

  test("cover every root field, and every field of a user", () => {
    expect(Object.keys(RULES).sort()).toEqual([...rootFields].sort());
    expect(Object.keys(USER_FIELDS).sort()).toEqual([...userFields].sort());
  });

  describe.each(rootFields)("%s", (field) => {
    const { access, call, answer: letThrough }: Rule = RULES[field] ?? { access: "public", call: "" };

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
        expect(answerOf(await app.graphql(call, { token }))).toBe(letThrough);
      });

      const whenLongAgo = isForRecent
        ? "24: asks for another proof long after the login, and takes it"
        : "is open long after the login";

      test(whenLongAgo, async () => {
        const { accessToken: token } = await signedUpAs(role);
        app.advanceSeconds(app.config.recentLoginSeconds);
        const answer = await app.graphql(call, { token });
        expect(answerOf(answer)).toBe(isForRecent ? "REAUTHENTICATION_REQUIRED" : letThrough);
        if (!isForRecent) return;
        await app.graphql(REAUTHENTICATE, { token });
        expect(answerOf(await app.graphql(call, { token }))).toBe(letThrough);
      });
    });
  });

  describe.each(userFields)("User.%s", (field) => {
    const { access, ask = field } = USER_FIELDS[field] ?? { access: "personal" };
    let owner: Account;

    beforeAll(async () => {
      owner = await signedUpAs(Role.USER);
      await app.orm.em.fork().nativeUpdate(User, { id: owner.userId }, { phoneNumber: "+1 604 555 1234" });
    });

    test("is shown to nobody who is not logged in", async () => {
      const answer = await app.graphql(`{ me { ${ask} } }`);
      expect([answer.body.data, errorOf(answer)?.code]).toEqual([{ me: null }, "UNAUTHENTICATED"]);
    });

    test("is shown to the user themself", async () => {
      const { body } = await app.graphql(`{ me { ${ask} } }`, { token: owner.accessToken });
      expect(body.errors).toBeUndefined();
      expect(body.data.me).toHaveProperty(field);
      if (access === "personal") expect(body.data.me[field]).not.toBeNull();
    });

    test("is shown to administrators, of any user", async () => {
      const { accessToken: token } = await signedUpAs(Role.ADMIN);
      const { body } = await app.graphql(`{ user(id: "${owner.userId}") { ${ask} } }`, { token });
      expect(body.errors).toBeUndefined();
      expect(body.data.user).toHaveProperty(field);
    });

    test(access === "open" ? "is open to another user" : "is refused to another user", async () => {
      // Whoever did something to an account is seen by its user.
      const { userId, accessToken: token } = await signedUpAs(Role.USER);
      await insertEvent(userId, owner.userId);
      const query = `{ me { securityEvents(first: 1) { nodes { actor { ${ask} } } } } }`;
      const { body } = await app.graphql(query, { token });
      const [{ actor }] = body.data?.me?.securityEvents?.nodes ?? [{ actor: null }];
      if (access === "open") expect(actor).toHaveProperty(field);
      else expect(actor?.[field] ?? null).toBeNull();
      expect(errorOf({ body })?.code).toBe(access === "open" ? undefined : "FORBIDDEN");
    });
  });

  const insertEvent = async (userId: string, actorId: string): Promise<void> => {
    const occurredAt = new Date(app.now + 1000);
    const person = { ipAddress: null, userAgent: null };
    const event = {
      id: firstIdOf(occurredAt.getTime()),
      type: SecurityEventType.PROFILE_UPDATED,
      occurredAt,
    };
    await app.orm.em.fork().insert(SecurityEvent, { ...event, userId, actorId, ...person });
  };
});
