import { logInWith, reauthenticate } from "../support/factor-journeys.js";
import { newNetwork } from "../support/guesses.js";
import { type Account, LOGIN, loggedIn, PASSWORD, refresh, signedUp } from "../support/journeys.js";
import { ask, receiveReset, result, startWithMailbox } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { codeAt, confirm, mfa, type SecondFactorOf, totpOn, wrongCodeAt } from "../support/second-factor.js";
import type { TestApp } from "../support/test-app.js";

const LIMIT = 5;
const ROUNDS = 3;
const STRANGER = { "user-agent": "of somebody who knows the password" };

describe("36: guesses at a code are not forgiven to whoever proves less than the code", () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let account: Account;
  let factor: SecondFactorOf;

  beforeAll(async () => {
    const room = { LOGIN_ATTEMPTS_PER_ACCOUNT: String(LIMIT), MAILS_PER_ACCOUNT: "1000", TRUST_PROXY: "1" };
    ({ app, mailbox } = await startWithMailbox(room));
    app.stopClock();
  });

  beforeEach(async () => {
    account = await signedUp(app);
    factor = await totpOn(app, account);
  });

  const wrongCode = () => wrongCodeAt(factor.secret, app.now);

  const changePassword = (currentPassword: string, newPassword: string) =>
    ask(
      app,
      "changePassword",
      { input: { currentPassword, newPassword } },
      { token: account.accessToken, headers: STRANGER },
    );

  /** From a device that nothing is known of but its cookie, where it has one. @returns how many were looked at */
  async function guessToLogIn(password: string, cookie: string | null = null): Promise<number> {
    const headers = { ...STRANGER, ...(cookie === null ? {} : { cookie }) };
    let lookedAt = 0;
    for (let i = 0; i < LIMIT; i++) {
      const answer = await logInWith(app, account, { password, code: wrongCode() }, { headers });
      if (answer.__typename === "InvalidCode") lookedAt += 1;
      else expect(answer.__typename).toBe("TooManyAttempts");
    }
    return lookedAt;
  }

  test.each([
    ["the same password as before", () => PASSWORD, "InvalidInput"],
    ["another one", (round: number) => `${PASSWORD} ${round}`, "PasswordChanged"],
  ])("in a session, by changing the password to %s", async (_which, passwordOf, outcome) => {
    let password = PASSWORD;
    let lookedAt = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < LIMIT - 1; i++) {
        const answer = await reauthenticate(app, account.accessToken, { password, code: wrongCode() });
        if (answer.__typename === "InvalidCode") lookedAt += 1;
      }
      const next = passwordOf(round);
      const { body } = await changePassword(password, next);
      if (round === 0) expect(body.data.result.__typename).toBe(outcome);
      if (body.data.result.__typename === "PasswordChanged") password = next;
    }
    expect(lookedAt).toBe(LIMIT);
  });

  test("at login, by the device on which the password was changed", async () => {
    expect(await guessToLogIn(PASSWORD)).toBe(LIMIT);
    const { body, headers } = await changePassword(PASSWORD, "a password of today");
    expect(body.data.result.__typename).toBe("PasswordChanged");
    expect(await guessToLogIn("a password of today", cookieOf(headers))).toBe(0);
  });

  test("at login, by a reset, on the device where it was made or on another", async () => {
    expect(await guessToLogIn(PASSWORD)).toBe(LIMIT);
    const token = await receiveReset(app, mailbox, account.email);
    const input = { token, newPassword: "a password of today" };
    const { body, headers } = await ask(app, "resetPassword", { input }, { headers: STRANGER });
    expect(body.data.result.__typename).toBe("PasswordChanged");
    expect(await guessToLogIn("a password of today")).toBe(0);
    expect(await guessToLogIn("a password of today", cookieOf(headers))).toBe(0);
  });

  test("at login, by taking a stolen session from network to network", async () => {
    let { refreshToken } = account;
    let lookedAt = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const headers = { ...STRANGER, "x-forwarded-for": newNetwork() };
      ({ refreshToken } = await refresh(app, refreshToken, { headers }));
      for (let i = 0; i < LIMIT - 1; i++) {
        const answer = await logInWith(app, account, { code: wrongCode() }, { headers });
        if (answer.__typename === "InvalidCode") lookedAt += 1;
      }
    }
    expect(lookedAt).toBe(LIMIT);
  });

  test("at login, by devices and sessions that knew the password before the factor was on", async () => {
    account = await signedUp(app);
    const variables = { input: { identifier: account.email, password: PASSWORD } };
    const before = await app.graphql(LOGIN, { variables, headers: STRANGER });
    factor = await totpOn(app, account);
    const elsewhere = { "user-agent": "somewhere else" };
    for (let i = 0; i < LIMIT; i++) {
      const answer = await logInWith(app, account, { code: wrongCode() }, { headers: elsewhere });
      expect(answer.__typename).toBe("InvalidCode");
    }
    expect(await guessToLogIn(PASSWORD, cookieOf(before.headers))).toBe(0);
    expect(await guessToLogIn(PASSWORD)).toBe(0);
  });

  test("15: the owner's device stays known after a change and a reset: strangers do not delay it", async () => {
    app.advanceSeconds(30);
    const code = codeAt(factor.secret, app.now);
    const variables = { input: { identifier: account.email, password: PASSWORD, code } };
    const query = "mutation ($input: LoginInput!) { login(input: $input) { __typename } }";
    const atHome = await app.graphql(query, { variables, headers: { "user-agent": "at home" } });
    const cookie = cookieOf(atHome.headers) ?? "";
    const token = await receiveReset(app, mailbox, account.email);
    const input = { token, newPassword: "a password of today" };
    const reset = await ask(app, "resetPassword", { input }, { headers: { cookie } });
    expect(reset.body.data.result.__typename).toBe("PasswordChanged");
    expect(await guessToLogIn("a password of today")).toBe(LIMIT);
    app.advanceSeconds(30);
    const own = { password: "a password of today", code: codeAt(factor.secret, app.now) };
    const headers = { cookie: cookieOf(reset.headers) ?? "" };
    expect((await logInWith(app, account, own, { headers })).__typename).toBe("AuthPayload");
  });

  test("nor guesses at the password, to whoever sets up a second factor", async () => {
    const stolen = await signedUp(app);
    let lookedAt = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < LIMIT - 1; i++) {
        const answer = await reauthenticate(app, stolen.accessToken, { password: "a wrong one" });
        if (answer.__typename === "InvalidCredentials") lookedAt += 1;
      }
      const { secret } = await mfa(app, "startTotpSetup", stolen);
      const code = codeAt(secret, app.now);
      expect((await confirm(app, stolen, code)).__typename).toBe("RecoveryCodes");
    }
    expect(lookedAt).toBe(LIMIT);
  });

  test("without a second factor the right password goes on clearing what was counted", async () => {
    const { email } = await signedUp(app);
    const { accessToken: token } = await loggedIn(app, email);
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < LIMIT - 1; i++) {
        const answer = await reauthenticate(app, token, { password: "a wrong one" });
        expect(answer.__typename).toBe("InvalidCredentials");
      }
      const input = { currentPassword: PASSWORD, newPassword: PASSWORD };
      expect((await result(app, "changePassword", { input }, { token })).__typename).toBe("InvalidInput");
    }
  });
});

/** What the device keeps, as it sends it back. */
const cookieOf = (headers: Headers): string | null => headers.get("set-cookie")?.split(";")[0] ?? null;
