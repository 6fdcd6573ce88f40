import { jest } from "@jest/globals";
import { Session } from "../../src/modules/session/session.entity.js";
import type { SessionStore } from "../../src/modules/session/session.store.js";
import { PostgresqlSessionStore } from "../../src/modules/session/session.store.postgresql.js";
import { SqliteSessionStore } from "../../src/modules/session/session.store.sqlite.js";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { loggedIn, login, PASSWORD, refresh, signedUp, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const GRACE_SECONDS = 10;

describe("refreshTokens", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.startDurable();
    app.stopClock();
  });

  /** Through a connection of its own, so that only what was committed is seen. */
  async function sessionRow(id: string) {
    return (await app.database.ask("select generation from sessions where id = ?", id))[0];
  }

  test("18: gives a new refresh token and a new access token of the same session", async () => {
    const account = await signedUp(app);
    const next = await refresh(app, account.refreshToken);
    expect(next).toMatchObject({
      __typename: "AuthPayload",
      session: { id: account.sessionId, isCurrent: true },
    });
    expect(next.refreshToken).not.toBe(account.refreshToken);
    expect(next.accessToken).not.toBe(account.accessToken);
    expect(await stateOf(app, next.accessToken)).toBe("alive");
    expect(await stateOf(app, account.accessToken)).toBe("alive");
  });

  test("18: a token that comes back after the grace ends its session, durably, and only that one", async () => {
    const account = await signedUp(app);
    const elsewhere = await loggedIn(app, account.email);
    const next = await refresh(app, account.refreshToken);
    app.advanceSeconds(GRACE_SECONDS + 1);

    expect(await refresh(app, account.refreshToken)).toMatchObject({ code: "INVALID_TOKEN", reason: "USED" });

    expect(await sessionRow(account.sessionId)).toBeUndefined();
    expect(await refresh(app, next.refreshToken)).toMatchObject({ reason: "REVOKED" });
    expect(await stateOf(app, next.accessToken)).toBe("SESSION_REVOKED");
    expect(await stateOf(app, elsewhere.accessToken)).toBe("alive");
    expect(await refresh(app, elsewhere.refreshToken)).toMatchObject({ __typename: "AuthPayload" });
  });

  test("18: a token two generations old is reuse even within the grace of the latest rotation", async () => {
    const account = await signedUp(app);
    const second = await refresh(app, account.refreshToken);
    app.advanceSeconds(GRACE_SECONDS + 1);
    await refresh(app, second.refreshToken);
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "USED" });
    expect(await sessionRow(account.sessionId)).toBeUndefined();
  });

  test("19: a lost answer, retried within the grace, gets the same successor and the session goes on", async () => {
    const account = await signedUp(app);
    const lost = await refresh(app, account.refreshToken);
    app.advanceSeconds(GRACE_SECONDS - 1);
    const retried = await refresh(app, account.refreshToken);
    expect(retried.refreshToken).toBe(lost.refreshToken);
    expect((await sessionRow(account.sessionId))?.generation).toBe(2);
    expect(await refresh(app, retried.refreshToken)).toMatchObject({ __typename: "AuthPayload" });
  });

  test("19: 50 parallel refreshes make one step, have one successor and log nobody out, 20 rounds", async () => {
    const account = await signedUp(app);
    let { refreshToken } = account;
    for (let round = 1; round <= 20; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(app, refreshToken)));
      const successors = new Set(answers.map((answer) => answer.refreshToken));
      expect(answers.every((answer) => answer.__typename === "AuthPayload")).toBe(true);
      expect(successors.size).toBe(1);
      expect((await sessionRow(account.sessionId))?.generation).toBe(round + 1);
      refreshToken = answers[0].refreshToken;
    }
    expect(await refresh(app, refreshToken)).toMatchObject({ __typename: "AuthPayload" });
  });

  test("20: garbage, forged and other-key tokens change nothing", async () => {
    const account = await signedUp(app);
    const foreign = await TestApp.start();
    const { refreshToken: otherKey } = await signedUp(foreign);
    const [header, payload, signature = ""] = account.refreshToken.split(".");
    const nextGeneration = Buffer.from(JSON.stringify({ sid: account.sessionId, gen: 2 })).toString(
      "base64url",
    );
    const firstChar = signature[0] === "A" ? "B" : "A";
    const forgeries = [
      "",
      "garbage",
      "a.b.c",
      otherKey,
      account.accessToken,
      `${header}.${nextGeneration}.${signature}`,
      `${header}.${payload}.${firstChar}${signature.slice(1)}`,
      `${header}.${payload}.`,
      ` ${account.refreshToken}`,
      "x".repeat(10_000),
    ];
    for (const forgery of [...forgeries, null]) {
      expect(await refresh(app, forgery)).toMatchObject({ code: "INVALID_TOKEN", reason: "MALFORMED" });
    }
    expect((await sessionRow(account.sessionId))?.generation).toBe(1);
    expect(await refresh(app, account.refreshToken)).toMatchObject({ __typename: "AuthPayload" });
  });

  test("21: a session left idle for SESSION_IDLE_SECONDS ends, one that is refreshed does not", async () => {
    const shortLived = await TestApp.start({ SESSION_IDLE_SECONDS: "100", SESSION_MAX_SECONDS: "1000" });
    const idle = await signedUp(shortLived);
    let busy = await refresh(shortLived, (await loggedIn(shortLived, idle.email)).refreshToken);
    for (let step = 0; step < 3; step++) {
      shortLived.advanceSeconds(60);
      busy = await refresh(shortLived, busy.refreshToken);
      expect(busy.__typename).toBe("AuthPayload");
    }
    expect(await refresh(shortLived, idle.refreshToken)).toMatchObject({ reason: "EXPIRED" });
    expect(await stateOf(shortLived, idle.accessToken)).toBe("TOKEN_EXPIRED");
  });

  test("21: a session ends SESSION_MAX_SECONDS after its login, whatever is refreshed", async () => {
    const shortLived = await TestApp.start({ SESSION_IDLE_SECONDS: "100", SESSION_MAX_SECONDS: "250" });
    let current = await refresh(shortLived, (await signedUp(shortLived)).refreshToken);
    for (let step = 0; step < 4; step++) {
      shortLived.advanceSeconds(60);
      current = await refresh(shortLived, current.refreshToken);
    }
    const loginTime = Date.parse(current.session.createdAt);
    expect(Date.parse(current.refreshTokenExpiresAt)).toBe(loginTime + 250_000);
    expect(Date.parse(current.accessTokenExpiresAt)).toBeLessThanOrEqual(loginTime + 250_000);
    shortLived.advanceSeconds(11);
    expect(await refresh(shortLived, current.refreshToken)).toMatchObject({ reason: "EXPIRED" });
    expect(await stateOf(shortLived, current.accessToken)).toBe("TOKEN_EXPIRED");
  });

  test("21: a new login always starts a new session, whatever tokens come along with it", async () => {
    const account = await signedUp(app);
    const again = await login(app, account.email, PASSWORD, { token: account.accessToken });
    expect(again.session.id).not.toBe(account.sessionId);
    expect(again.session.isCurrent).toBe(true);
    expect(await stateOf(app, account.accessToken)).toBe("alive");
  });

  /** Lets something happen before the session would be moved on, or after it was not. */
  function meddling(before: () => Promise<unknown>, after: () => Promise<unknown> = async () => {}): void {
    const store: SessionStore = (isPostgresql ? PostgresqlSessionStore : SqliteSessionStore).prototype;
    const rotate = store.rotate;
    jest.spyOn(store, "rotate").mockImplementationOnce(async function (this: SessionStore, rotation) {
      await before();
      return rotate.call(this, rotation).finally(after);
    });
  }

  const setRow = (id: string, change: object) => app.orm.em.fork().nativeUpdate(Session, { id }, change);

  test("19: losing the race against another instance gets the same successor", async () => {
    const account = await signedUp(app);
    meddling(() => setRow(account.sessionId, { generation: 2 }));
    const answer = await refresh(app, account.refreshToken);
    expect(answer.__typename).toBe("AuthPayload");
    expect((await sessionRow(account.sessionId))?.generation).toBe(2);
    expect((await refresh(app, answer.refreshToken)).__typename).toBe("AuthPayload");
  });

  test("18: losing the race by many generations is reuse", async () => {
    const account = await signedUp(app);
    meddling(() => setRow(account.sessionId, { generation: 7 }));
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "USED" });
    expect(await sessionRow(account.sessionId)).toBeUndefined();
  });

  test("21: a session that expires while the refresh is being judged is not rotated", async () => {
    const account = await signedUp(app);
    meddling(() => setRow(account.sessionId, { lastUsedAt: new Date(0) }));
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "EXPIRED" });
    expect((await sessionRow(account.sessionId))?.generation).toBe(1);
  });

  test.each([
    [
      "disabled",
      (id: string) => app.orm.em.fork().nativeUpdate(User, { id }, { status: UserStatus.DISABLED }),
    ],
    ["deleted", (id: string) => app.orm.em.fork().nativeDelete(User, { id })],
  ])("22: a user %s while the refresh is being judged gets no tokens", async (_what, change) => {
    const account = await signedUp(app);
    meddling(() => change(account.userId));
    expect(await refresh(app, account.refreshToken)).toMatchObject({ reason: "REVOKED" });
  });

  test("22: a user who is enabled again while the refresh is being judged is refreshed", async () => {
    const account = await signedUp(app);
    const { DISABLED, ACTIVE } = UserStatus;
    const set = (status: UserStatus) =>
      app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { status });
    meddling(
      () => set(DISABLED),
      () => set(ACTIVE),
    );
    expect((await refresh(app, account.refreshToken)).__typename).toBe("AuthPayload");
    expect((await sessionRow(account.sessionId))?.generation).toBe(2);
  });

  test("a token newer than its row, after the database was set back, ends nothing", async () => {
    const account = await signedUp(app);
    const next = await refresh(app, account.refreshToken);
    await setRow(account.sessionId, { generation: 1 });
    expect(await refresh(app, next.refreshToken)).toMatchObject({ reason: "REVOKED" });
    expect((await sessionRow(account.sessionId))?.generation).toBe(1);
  });

  test("writes down when and from where", async () => {
    const account = await signedUp(app);
    app.advanceSeconds(60);
    const { session } = await refresh(app, account.refreshToken, { headers: { "user-agent": "Moved/1.0" } });
    expect(session.userAgent).toBe("Moved/1.0");
    expect(Date.parse(session.lastUsedAt) - Date.parse(session.createdAt)).toBeGreaterThanOrEqual(60_000);
  });

  test("with REFRESH_GRACE_SECONDS=0 a second use is reuse at once", async () => {
    const strict = await TestApp.start({ REFRESH_GRACE_SECONDS: "0" });
    const account = await signedUp(strict);
    await refresh(strict, account.refreshToken);
    expect(await refresh(strict, account.refreshToken)).toMatchObject({ reason: "USED" });
    expect(await stateOf(strict, account.accessToken)).toBe("SESSION_REVOKED");
  });

  test("works beside an expired or broken bearer token, which costs no statement", async () => {
    const account = await signedUp(app);
    app.advanceSeconds(901);
    expect(await refresh(app, account.refreshToken, { token: account.accessToken })).toMatchObject({
      __typename: "AuthPayload",
    });
    for (const token of [account.accessToken, "broken"]) {
      app.statements.length = 0;
      const { body } = await app.graphql("{ authSettings { signupEnabled } }", { token });
      expect(body.data.authSettings.signupEnabled).toBe(true);
      expect(app.statements).toEqual([]);
    }
  });
});
