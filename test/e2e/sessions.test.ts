import { jest } from "@jest/globals";
import { PasswordHasher } from "../../src/modules/password/password-hasher.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import {
  type Account,
  errorOf,
  loggedIn,
  PASSWORD,
  refresh,
  signedUp,
  stateOf,
} from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const SESSIONS =
  "{ me { sessions { id isCurrent createdAt lastUsedAt expiresAt ipAddress userAgent device } } }";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

describe("sessions", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const revokeSession = async (id: string, token?: string) =>
    (await app.graphql("mutation ($id: ID!) { revokeSession(id: $id) }", { variables: { id }, token })).body;
  const logout = async (refreshToken: string | null, token?: string) => {
    const query = "mutation ($token: String) { logout(refreshToken: $token) }";
    return (await app.graphql(query, { variables: { token: refreshToken }, token })).body.data.logout;
  };

  test("are listed with their device, newest activity first", async () => {
    const first = await signedUp(app);
    app.advanceSeconds(5);
    const firefox = await loggedIn(app, first.email, { headers: { "user-agent": FIREFOX } });
    app.advanceSeconds(5);
    const safari = await loggedIn(app, first.email, { headers: { "user-agent": SAFARI } });
    app.advanceSeconds(5);
    await refresh(app, firefox.refreshToken, { headers: { "user-agent": FIREFOX } });

    const { sessions } = (await app.graphql(SESSIONS, { token: safari.accessToken })).body.data.me;
    expect(sessions).toMatchObject([
      { id: firefox.sessionId, isCurrent: false, userAgent: FIREFOX, device: "Firefox on Linux" },
      { id: safari.sessionId, isCurrent: true, device: "Safari on iOS", ipAddress: "127.0.0.1" },
      { id: first.sessionId, isCurrent: false },
    ]);
    const [{ lastUsedAt, createdAt, expiresAt }] = sessions;
    expect(Date.parse(lastUsedAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(10_000);
    expect(Date.parse(expiresAt) - Date.parse(lastUsedAt)).toBe(app.config.sessionIdleSeconds * 1000);
  });

  test("that have expired are not listed", async () => {
    const shortLived = await TestApp.start({ SESSION_IDLE_SECONDS: "100" });
    const old = await signedUp(shortLived);
    shortLived.advanceSeconds(101);
    const current = await loggedIn(shortLived, old.email);
    const { sessions } = (await shortLived.graphql(SESSIONS, { token: current.accessToken })).body.data.me;
    expect(sessions.map(({ id }: { id: string }) => id)).toEqual([current.sessionId]);
  });

  test("22: after logout the access token and the refresh token fail at once", async () => {
    const account = await signedUp(app);
    expect(await logout(null, account.accessToken)).toBe(true);
    expect(await stateOf(app, account.accessToken)).toBe("SESSION_REVOKED");
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("22: after revocation the access token fails at once, the others live on", async () => {
    const [here, there] = await twoSessions();
    expect(await revokeSession(there.sessionId, here.accessToken)).toEqual({ data: { revokeSession: true } });
    expect(await stateOf(app, there.accessToken)).toBe("SESSION_REVOKED");
    expect(await refresh(app, there.refreshToken)).toMatchObject({ reason: "REVOKED" });
    expect(await stateOf(app, here.accessToken)).toBe("alive");
  });

  test("22: revokeOtherSessions ends all but this one, at once, and counts them", async () => {
    const [here, there] = await twoSessions();
    const third = await loggedIn(app, here.email);
    const { body } = await app.graphql("mutation { revokeOtherSessions }", { token: here.accessToken });
    expect(body.data.revokeOtherSessions).toBe(2);
    expect(await stateOf(app, here.accessToken)).toBe("alive");
    expect(await stateOf(app, there.accessToken)).toBe("SESSION_REVOKED");
    expect(await stateOf(app, third.accessToken)).toBe("SESSION_REVOKED");
  });

  test("22: disabling a user fails their access and refresh tokens at once", async () => {
    const account = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { status: UserStatus.DISABLED });
    expect(await stateOf(app, account.accessToken)).toBe("SESSION_REVOKED");
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("22: deleting a user fails their access and refresh tokens at once", async () => {
    const account = await signedUp(app);
    await app.orm.em.fork().nativeDelete(User, { id: account.userId });
    expect(await stateOf(app, account.accessToken)).toBe("SESSION_REVOKED");
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("22: a change of role shows with the next request, whatever the token says", async () => {
    const account = await signedUp(app);
    const role = async () =>
      (await app.graphql("{ me { role } }", { token: account.accessToken })).body.data.me.role;
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role: Role.ADMIN });
    expect(await role()).toBe("ADMIN");
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role: Role.USER });
    expect(await role()).toBe("USER");
  });

  test("22: a session ended by one field of a mutation is ended for the next field", async () => {
    const [here, there] = await twoSessions();
    const third = await loggedIn(app, here.email);
    const endings = [
      [here, "logout"],
      [there, `revokeSession(id: "${there.sessionId}")`],
    ] as const;
    for (const [session, ending] of endings) {
      const { body } = await app.graphql(`mutation { ${ending} revokeOtherSessions }`, {
        token: session.accessToken,
      });
      expect(errorOf({ body })).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
    }
    expect(await stateOf(app, third.accessToken)).toBe("alive");
  });

  test("23: users see and end only their own sessions", async () => {
    const [mine, theirs] = [await signedUp(app), await signedUp(app)];
    expect(await revokeSession(theirs.sessionId, mine.accessToken)).toEqual({
      data: { revokeSession: false },
    });
    expect(await stateOf(app, theirs.accessToken)).toBe("alive");
    const { sessions } = (await app.graphql(SESSIONS, { token: mine.accessToken })).body.data.me;
    expect(sessions.map(({ id }: { id: string }) => id)).toEqual([mine.sessionId]);
    for (const unknown of ["nothing", "", "' or 1=1 --", "00000000-0000-7000-8000-000000000000"]) {
      expect(await revokeSession(unknown, mine.accessToken)).toEqual({ data: { revokeSession: false } });
    }
  });

  test("25: logout is idempotent and works with a dead session", async () => {
    const account = await signedUp(app);
    expect(await logout(account.refreshToken, account.accessToken)).toBe(true);
    expect(await logout(account.refreshToken, account.accessToken)).toBe(false);
    expect(await logout(account.refreshToken)).toBe(false);
    expect(await logout(null)).toBe(false);
    expect(await logout("garbage", "garbage")).toBe(false);
  });

  test("25: logout by refresh token works after the access token has expired", async () => {
    const account = await signedUp(app);
    app.advanceSeconds(901);
    expect(await logout(account.refreshToken, account.accessToken)).toBe(true);
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("reauthenticate takes the right password only, and answers with the session", async () => {
    const account = await signedUp(app);
    const query = `mutation ($input: ReauthenticateInput!) {
      reauthenticate(input: $input) { __typename ... on Session { id isCurrent } ... on AuthError { code } }
    }`;
    const reauthenticate = async (input: object) =>
      (await app.graphql(query, { variables: { input }, token: account.accessToken })).body.data
        .reauthenticate;
    const refused = { __typename: "InvalidCredentials", code: "INVALID_CREDENTIALS" };
    expect(await reauthenticate({ password: "wrong" })).toEqual(refused);
    expect(await reauthenticate({})).toEqual(refused);
    app.advanceSeconds(30);
    const renewed = { __typename: "Session", id: account.sessionId, isCurrent: true };
    expect(await reauthenticate({ password: PASSWORD })).toEqual(renewed);
    const { authenticatedAt, createdAt } = await app.orm.em
      .fork()
      .findOneOrFail(Session, { id: account.sessionId });
    expect(authenticatedAt.getTime() - createdAt.getTime()).toBeGreaterThanOrEqual(30_000);
  });

  test("reauthenticate is refused when the password changed while it was being verified", async () => {
    const account = await signedUp(app);
    const verify = PasswordHasher.prototype.verify;
    jest.spyOn(PasswordHasher.prototype, "verify").mockImplementationOnce(async function (
      this: PasswordHasher,
      ...args
    ) {
      const isCorrect = await verify.apply(this, args);
      await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { passwordHash: "another" });
      return isCorrect;
    });
    const query = `mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`;
    expect(errorOf(await app.graphql(query, { token: account.accessToken }))?.code).toBe("UNAUTHENTICATED");
  });

  test("are listed as they are, also by the later fields of one mutation", async () => {
    const { email, refreshToken, sessionId } = await signedUp(app);
    const payload = "... on AuthPayload { session { id } user { sessions { id isCurrent } } }";
    const { body } = await app.graphql(`mutation {
      refreshTokens(refreshToken: "${refreshToken}") { ${payload} }
      login(input: { identifier: "${email}", password: "${PASSWORD}" }) { ${payload} }
    }`);
    expect(body.data.refreshTokens.user.sessions).toEqual([{ id: sessionId, isCurrent: true }]);
    expect(body.data.login.user.sessions).toHaveLength(2);
    const current = body.data.login.user.sessions.filter(
      ({ isCurrent }: { isCurrent: boolean }) => isCurrent,
    );
    expect(current).toEqual([{ id: body.data.login.session.id, isCurrent: true }]);
  });

  test("end with their own limits although the access token would go on", async () => {
    const before = await TestApp.startDurable();
    const account = await signedUp(before);
    const stricter = await before.startAnother({ SESSION_IDLE_SECONDS: "100" });
    stricter.advanceSeconds(101);
    expect(await stateOf(stricter, account.accessToken)).toBe("SESSION_REVOKED");
  });

  test("me costs one statement, me { sessions } one more, however often they are asked for", async () => {
    const account = await signedUp(app);
    const count = async (query: string) => {
      app.statements.length = 0;
      expect((await app.graphql(query, { token: account.accessToken })).body.errors).toBeUndefined();
      return app.statements.length;
    };
    expect(await count("{ me { id email role createdAt lastLoginAt } }")).toBe(1);
    expect(await count("{ a: me { id } b: me { id } }")).toBe(1);
    expect(await count("{ me { id sessions { id device isCurrent } } }")).toBe(2);
    expect(await count("{ a: me { sessions { id } } b: me { sessions { id } } }")).toBe(2);
  });

  async function twoSessions(): Promise<[Account, Account]> {
    const here = await signedUp(app);
    return [here, await loggedIn(app, here.email)];
  }
});
