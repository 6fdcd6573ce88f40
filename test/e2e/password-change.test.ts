import { User } from "../../src/modules/user/user.entity.js";
import {
  type Account,
  errorOf,
  loggedIn,
  login,
  PASSWORD,
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
import { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "a brand new password";

describe("a change of password", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  const change = (
    { accessToken: token }: Pick<Account, "accessToken">,
    currentPassword: string,
    newPassword = NEW_PASSWORD,
    on = app,
  ) => result(on, "changePassword", { input: { currentPassword, newPassword } }, { token });

  test("9: needs the current one", async () => {
    const account = await signedUp(app);
    for (const wrong of ["", "a wrong password", `${PASSWORD} `]) {
      expect(await change(account, wrong)).toMatchObject({ code: "INVALID_CREDENTIALS" });
    }
    expect((await login(app, account.email)).__typename).toBe("AuthPayload");
    expect(await change(account, PASSWORD)).toMatchObject({ __typename: "PasswordChanged" });
    expect((await login(app, account.email)).__typename).toBe("InvalidCredentials");
    expect((await login(app, account.email, NEW_PASSWORD)).__typename).toBe("AuthPayload");
  });

  test("9: none is asked for by age", async () => {
    const { email } = await signedUp(app);
    app.advanceSeconds(10 * 365 * 86_400);
    expect((await login(app, email)).__typename).toBe("AuthPayload");
    app.advanceSeconds(-10 * 365 * 86_400);
  });

  test("23: ends the other sessions and keeps this one", async () => {
    const account = await signedUp(app);
    const others = [await loggedIn(app, account.email), await loggedIn(app, account.email)];
    const stranger = await signedUp(app);
    expect(await change(account, PASSWORD)).toEqual({ __typename: "PasswordChanged", revokedSessions: 2 });
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    expect((await refresh(app, account.refreshToken)).__typename).toBe("AuthPayload");
    for (const other of others) {
      expect(await stateOf(app, other.accessToken)).toBe("SESSION_REVOKED");
      expect((await refresh(app, other.refreshToken)).reason).toBe("REVOKED");
    }
    expect(await stateOf(app, stranger.accessToken)).toBe("alive");
  });

  test("1, 2, 4: the new one has to be a password", async () => {
    const account = await signedUp(app, { username: "margaret2" });
    for (const [password, code] of [
      ["", "REQUIRED"],
      ["short", "TOO_SHORT"],
      ["🦉".repeat(257), "TOO_LONG"],
      ["password123", "COMMON_PASSWORD"],
      ["xx-Margaret2-xx", "CONTAINS_IDENTITY"],
      [PASSWORD, "UNCHANGED"],
    ] as const) {
      expect(await change(account, PASSWORD, password)).toMatchObject({
        fields: [{ field: "newPassword", code }],
      });
    }
    expect(await change(account, PASSWORD, "🦉".repeat(64))).toMatchObject({ __typename: "PasswordChanged" });
  });

  test("that the new one is the current one shows to those only who know it", async () => {
    const account = await signedUp(app);
    const guess = "a wrong password";
    expect(await change(account, guess, guess)).toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("13: wrong guesses are limited in the session, together with those at reauthenticate", async () => {
    const limited = await TestApp.start({ LOGIN_ATTEMPTS_PER_ACCOUNT: "3" });
    limited.stopClock();
    const account = await signedUp(limited);
    const reauthenticate = 'mutation { reauthenticate(input: { password: "wrong" }) { __typename } }';
    await limited.graphql(reauthenticate, { token: account.accessToken });
    expect(await change(account, "wrong 1", NEW_PASSWORD, limited)).toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    expect(await change(account, "wrong 2", NEW_PASSWORD, limited)).toMatchObject({
      code: "INVALID_CREDENTIALS",
    });
    expect(await change(account, PASSWORD, NEW_PASSWORD, limited)).toMatchObject({
      code: "TOO_MANY_ATTEMPTS",
      retryAfter: 30,
    });
    expect((await login(limited, account.email)).__typename).toBe("AuthPayload");
  });

  test("35: the owner is told, at the address of the account", async () => {
    const account = await signedUp(app);
    await mailbox.next(account.email);
    await change(account, PASSWORD);
    const notice = await mailbox.next(account.email, /password was changed/);
    expect(notice.text).toContain("127.0.0.1");
    expect(notice.links).toEqual([]);
  });

  test("it ends the links that could still change password or address, and no other", async () => {
    const account = await signedUp(app);
    const verification = tokenOf(await mailbox.next(account.email));
    const reset = await receiveReset(app, mailbox, account.email);
    const newEmail = `moved.${account.email}`;
    await result(app, "requestEmailChange", { newEmail }, { token: account.accessToken });
    const emailChange = tokenOf(await mailbox.next(newEmail));
    await change(account, PASSWORD);
    expect(await resetPassword(app, reset, "yet another password")).toMatchObject({ reason: "REVOKED" });
    expect(await verifyEmail(app, emailChange)).toMatchObject({ reason: "REVOKED" });
    expect(await verifyEmail(app, verification)).toMatchObject({ email: account.email });
  });

  test("counts as a recent login", async () => {
    const account = await signedUp(app);
    app.advanceSeconds(700);
    const request = { newEmail: `recent.${account.email}` };
    const refused = await ask(app, "requestEmailChange", request, { token: account.accessToken });
    expect(errorOf(refused)).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
    await change(account, PASSWORD);
    const answer = await result(app, "requestEmailChange", request, { token: account.accessToken });
    expect(answer.__typename).toBe("EmailVerificationSent");
    app.advanceSeconds(-700);
  });

  test("of 16 at once one wins, and its password is the account's", async () => {
    const account = await signedUp(app);
    const passwords = Array.from({ length: 16 }, (_, index) => `candidate number ${index}`);
    const answers = await Promise.all(passwords.map((password) => change(account, PASSWORD, password)));
    const winners = passwords.filter((_, index) => answers[index].__typename === "PasswordChanged");
    expect(winners).toHaveLength(1);
    expect((await login(app, account.email, winners[0])).__typename).toBe("AuthPayload");
  });

  test("7: what is stored is a new argon2id hash", async () => {
    const account = await signedUp(app);
    const stored = async () => (await app.orm.em.fork().findOneOrFail(User, account.userId)).passwordHash;
    const before = await stored();
    await change(account, PASSWORD);
    expect(await stored()).not.toBe(before);
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$/);
  });
});
