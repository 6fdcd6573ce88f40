import { randomUUID } from "node:crypto";
import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import {
  administer,
  DEEDS,
  type Deed,
  signedUpAdmin,
  storedUser,
  updateUser,
} from "../support/administration.js";
import { type Account, errorOf, loggedIn, PASSWORD, signedUp, stateOf } from "../support/journeys.js";
import { meanwhile } from "../support/meanwhile.js";
import { TestApp } from "../support/test-app.js";

const RECENT: readonly Deed[] = ["updateUser", "deleteUser"];
const INPUT = { role: "ADMIN", name: "Mallory", emailVerified: true };

describe("who is no administrator", () => {
  let app: TestApp;
  let admin: Account;
  let victim: Account;
  let before: User;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await signedUpAdmin(app);
    victim = await signedUp(app);
    before = await storedUser(app, victim);
  });

  /** Neither the account nor its session, nor is anything on record. */
  afterEach(async () => {
    expect(await storedUser(app, victim)).toEqual(before);
    expect(await stateOf(app, victim.accessToken)).toBe("alive");
    const em = app.orm.em.fork();
    expect(await em.count(SecurityEvent, { userId: victim.userId, actorId: { $ne: null } })).toBe(0);
  });

  const attempt = (deed: Deed, token?: string, id = victim.userId) =>
    administer(app, { token, id, input: INPUT }, deed);

  test.each(DEEDS)("%s is refused to a stranger and to a user, also about themself", async (deed) => {
    const user = await signedUp(app);
    expect(errorOf(await attempt(deed))).toEqual({ code: "UNAUTHENTICATED", reason: "MISSING_TOKEN" });
    for (const id of [victim.userId, user.userId, admin.userId, randomUUID(), ""]) {
      expect(errorOf(await attempt(deed, user.accessToken, id))).toEqual({ code: "FORBIDDEN" });
    }
    expect(await stateOf(app, user.accessToken)).toBe("alive");
    expect(await storedUser(app, user)).toMatchObject({ role: "USER", name: null });
  });

  test("a user is refused whatever else the request does", async () => {
    const { accessToken: token, userId } = await signedUp(app);
    const document = `mutation {
      a: updateProfile(input: { name: "Me" }) { __typename }
      b: updateUser(id: "${userId}", input: { role: ADMIN }) { __typename }
      c: deleteUser(id: "${victim.userId}")
    }`;
    const { body } = await app.graphql(document, { token });
    expect(body.errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
      ["b", "FORBIDDEN"],
    ]);
    expect(await storedUser(app, { userId })).toMatchObject({ role: "USER" });
  });

  test.each(RECENT)(
    "24: %s asks an administrator whose login is long ago for another proof",
    async (deed) => {
      const { accessToken: token, email } = await signedUpAdmin(app);
      const { userId: id } = await signedUp(app);
      app.advanceSeconds(app.config.recentLoginSeconds);
      expect(errorOf(await attempt(deed, token))).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
      // A login somewhere else proves nothing about this session.
      await loggedIn(app, email);
      expect(errorOf(await attempt(deed, token))).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
      await app.graphql(`mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`, {
        token,
      });
      expect(errorOf(await attempt(deed, token, id))).toBeUndefined();
      app.advanceSeconds(-app.config.recentLoginSeconds);
    },
  );

  test.each(DEEDS)("22: %s is refused to who is demoted while it is under way", async (deed) => {
    const { accessToken: token, userId: id } = await signedUpAdmin(app);
    meanwhile(() => app.orm.em.fork().nativeUpdate(User, { id }, { role: Role.USER }));
    expect(errorOf(await attempt(deed, token))).toEqual({ code: "FORBIDDEN" });
  });

  test.each(DEEDS)("22: %s is refused to who is disabled while it is under way", async (deed) => {
    const { accessToken: token, userId: id } = await signedUpAdmin(app);
    meanwhile(() => app.orm.em.fork().nativeUpdate(User, { id }, { status: UserStatus.DISABLED }));
    expect(errorOf(await attempt(deed, token))).toEqual({ code: "FORBIDDEN" });
  });

  test.each(DEEDS)("22: %s is refused to whose session ends while it is under way", async (deed) => {
    const { accessToken: token, userId: user } = await signedUpAdmin(app);
    meanwhile(() => app.orm.em.fork().nativeDelete(Session, { user }));
    const refusal = { code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" };
    expect(errorOf(await attempt(deed, token))).toEqual(refusal);
  });

  test("22: an administrator who demotes themself in a request does nothing more in it", async () => {
    const { accessToken: token, userId } = await signedUpAdmin(app);
    const document = `mutation {
      a: updateUser(id: "${userId}", input: { role: USER }) { __typename }
      b: deleteUser(id: "${victim.userId}")
    }`;
    const { body } = await app.graphql(document, { token });
    expect(body.errors?.map(({ path, extensions }) => [path?.[0], extensions.code])).toEqual([
      ["b", "FORBIDDEN"],
    ]);
  });

  test("who forges a role in nothing but words is no administrator", async () => {
    const { accessToken: token } = await signedUp(app);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    expect(claims.role).toBe("USER");
    const forged = Buffer.from(JSON.stringify({ ...claims, role: "ADMIN" })).toString("base64url");
    const answer = await attempt("deleteUser", `${header}.${forged}.${signature}`);
    expect(errorOf(answer)).toEqual({ code: "UNAUTHENTICATED", reason: "INVALID_TOKEN" });
  });

  test("an administrator sees what they have done, and only of whom they have done it to", async () => {
    const { userId: id } = await signedUp(app);
    const others = await app.orm.em.fork().find(User, { id: { $ne: id } }, { orderBy: { id: "asc" } });
    await updateUser(app, admin.accessToken, { id, ...INPUT, role: "USER", status: "DISABLED" });
    expect(await app.orm.em.fork().find(User, { id: { $ne: id } }, { orderBy: { id: "asc" } })).toEqual(
      others,
    );
  });
});
