import { administer, DEEDS, deedsOnRecord, signedUpAdmin, updateUser } from "../support/administration.js";
import {
  type Account,
  errorOf,
  loggedIn,
  login,
  newEmail,
  refresh,
  signedUp,
  stateOf,
} from "../support/journeys.js";
import {
  ask,
  receiveReset,
  resetPassword,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import type { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "another fine secret";

describe("what an administrator does takes effect at once", () => {
  let app: TestApp;
  let beside: TestApp;
  let mailbox: Mailbox;
  let admin: Account;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
    beside = await app.startAnother();
    admin = await signedUpAdmin(app);
  });

  const change = (id: string, input: Readonly<Record<string, unknown>>) =>
    updateUser(app, admin.accessToken, { id, ...input });

  /** With two sessions, both in use on both instances. */
  async function livelyUser(): Promise<{ readonly sessions: readonly Account[] } & Account> {
    const user = await signedUp(app);
    const sessions = [user, await loggedIn(beside, user.email)];
    for (const { accessToken } of sessions) {
      for (const instance of [app, beside]) expect(await stateOf(instance, accessToken)).toBe("alive");
    }
    return { ...user, sessions };
  }

  async function expectEnded(sessions: readonly Account[]): Promise<void> {
    for (const instance of [beside, app]) {
      for (const { accessToken, refreshToken } of sessions) {
        expect(await stateOf(instance, accessToken)).toBe("SESSION_REVOKED");
        expect(await refresh(instance, refreshToken)).toMatchObject({
          __typename: "InvalidToken",
          reason: "REVOKED",
        });
      }
    }
  }

  test("22: disabling ends every session, everywhere, and shows at login only after the right password", async () => {
    const { userId, email, sessions } = await livelyUser();
    expect(await change(userId, { status: "DISABLED" })).toMatchObject({ status: "DISABLED" });
    await expectEnded(sessions);
    for (const instance of [app, beside]) {
      expect((await login(instance, email)).__typename).toBe("AccountDisabled");
      expect((await login(instance, email, "a wrong password")).__typename).toBe("InvalidCredentials");
    }
  });

  test("22: enabling brings no session and no link back to life", async () => {
    const { userId, email, accessToken: token, sessions } = await livelyUser();
    const newAddress = newEmail();
    await result(app, "requestEmailChange", { newEmail: newAddress }, { token });
    const newLink = tokenOf(await mailbox.next(newAddress));
    const resetLink = await receiveReset(app, mailbox, email);
    await change(userId, { status: "DISABLED" });
    await change(userId, { status: "ACTIVE" });
    await expectEnded(sessions);
    expect(await resetPassword(app, resetLink, NEW_PASSWORD)).toMatchObject({ reason: "REVOKED" });
    expect(await verifyEmail(app, newLink)).toMatchObject({ reason: "REVOKED" });
    expect((await login(app, email)).__typename).toBe("AuthPayload");
    expect(await resetPassword(app, await receiveReset(app, mailbox, email), NEW_PASSWORD)).toMatchObject({
      __typename: "PasswordChanged",
    });
  });

  test("22: of a login and a reset while the account is disabled, nothing is left", async () => {
    for (let round = 0; round < 10; round++) {
      const { userId, email, accessToken, refreshToken } = await signedUp(app);
      const link = await receiveReset(app, mailbox, email);
      const [session] = await Promise.all([
        login(beside, email).catch(() => ({})),
        change(userId, { status: "DISABLED" }),
        ask(beside, "resetPassword", { input: { token: link, newPassword: NEW_PASSWORD } }),
        refresh(app, refreshToken),
      ]);
      const tokens = [accessToken, session.accessToken].filter((token) => token !== undefined);
      for (const token of tokens) expect(await stateOf(beside, token)).toBe("SESSION_REVOKED");
      await change(userId, { status: "ACTIVE" });
      for (const token of tokens) expect(await stateOf(app, token)).toBe("SESSION_REVOKED");
    }
  });

  test("22: deleting ends every session, everywhere, and nobody logs in any more", async () => {
    const { userId, email, sessions } = await livelyUser();
    const answer = await administer(app, { token: admin.accessToken, id: userId }, "deleteUser");
    expect(answer.body).toEqual({ data: { result: true } });
    await expectEnded(sessions);
    expect((await login(beside, email)).__typename).toBe("InvalidCredentials");
  });

  test("22: revokeUserSessions ends every session, everywhere, and says how many", async () => {
    const { userId, email, sessions } = await livelyUser();
    const revoke = async () =>
      (await administer(app, { token: admin.accessToken, id: userId }, "revokeUserSessions")).body;
    expect(await revoke()).toEqual({ data: { result: 2 } });
    await expectEnded(sessions);
    expect(await revoke()).toEqual({ data: { result: 0 } });
    expect(await deedsOnRecord(app, admin, { userId })).toEqual(["SESSION_REVOKED"]);
    expect((await login(beside, email)).__typename).toBe("AuthPayload");
  });

  test.each(DEEDS)("22: who was demoted is refused %s with the same token, everywhere", async (deed) => {
    const other = await signedUpAdmin(app);
    const { userId: id } = await signedUp(app);
    const asOther = { token: other.accessToken, id };
    expect((await administer(beside, { ...asOther, id: "none" }, deed)).body.errors).toBeUndefined();
    await change(other.userId, { role: "USER" });
    for (const instance of [beside, app]) {
      expect(errorOf(await administer(instance, asOther, deed))).toEqual({ code: "FORBIDDEN" });
      expect(await stateOf(instance, other.accessToken)).toBe("alive");
    }
  });

  test("22: whoever is made an administrator is one with the token they have", async () => {
    const user = await signedUp(app);
    const { userId: id } = await signedUp(app);
    await change(user.userId, { role: "ADMIN" });
    expect(await updateUser(beside, user.accessToken, { id, name: "Ada" })).toMatchObject({ name: "Ada" });
    await change(user.userId, { role: "USER" });
  });

  test("administrators may end their own sessions, and demote themselves where others are left", async () => {
    const other = await signedUpAdmin(app);
    const { accessToken: token, userId: id } = other;
    const demoted = await updateUser(app, token, { id, role: "USER" });
    expect(demoted).toMatchObject({ __typename: "User", role: "USER" });
    await change(id, { role: "ADMIN" });
    const answer = await administer(app, { token, id }, "revokeUserSessions");
    expect(answer.body).toEqual({ data: { result: 1 } });
    await expectEnded([other]);
  });
});
