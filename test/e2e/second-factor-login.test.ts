import { jest } from "@jest/globals";
import { PasswordHasher } from "../../src/modules/password/password-hasher.js";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { logInWith } from "../support/factor-journeys.js";
import { login, PASSWORD, signedUp } from "../support/journeys.js";
import { countNotices } from "../support/outbox-watch.js";
import { codeAt, totpOn, wrongCodeAt } from "../support/second-factor.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const STRANGER = { headers: { "user-agent": "somebody else" } };

describe("logging in with a second factor", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  async function withSecondFactor() {
    const account = await signedUp(app);
    const { secret, recoveryCodes } = await totpOn(app, account);
    // The code that turned it on is spent.
    app.advanceSeconds(30);
    return { account, recoveryCodes, secret, code: () => codeAt(secret, app.now) };
  }

  test("37: the right password alone yields nothing: no token, no session, no cookie", async () => {
    const { account } = await withSecondFactor();
    const query = `mutation ($input: LoginInput!) { login(input: $input) { __typename ... on MfaRequired { code methods } } }`;
    const variables = { input: { identifier: account.email, password: PASSWORD } };
    const { body, headers } = await app.graphql(query, { variables });
    const asked = { __typename: "MfaRequired", code: "MFA_REQUIRED", methods: ["TOTP", "RECOVERY_CODE"] };
    expect(body.data.login).toEqual(asked);
    expect(headers.get("set-cookie")).toBeNull();
    const sessions = await app.graphql("{ me { lastLoginAt sessions { id } } }", {
      token: account.accessToken,
    });
    expect(sessions.body.data.me.sessions).toEqual([{ id: account.sessionId }]);
    expect(await eventTypesOf(app, account.userId)).not.toContain("LOGGED_IN");
  });

  test("the password with the code of now lets in", async () => {
    const { account, code } = await withSecondFactor();
    const payload = await logInWith(app, account, { code: code() });
    expect(payload).toMatchObject({ __typename: "AuthPayload", user: { totpEnabled: true } });
    expect(await eventTypesOf(app, account.userId)).toContain("LOGGED_IN");
  });

  test("an empty code asks for one, as none does", async () => {
    const { account } = await withSecondFactor();
    expect((await logInWith(app, account, { code: "" })).__typename).toBe("MfaRequired");
  });

  test("10, 37: with a wrong password nothing shows of a second factor, whatever the code", async () => {
    const { account, secret, code } = await withSecondFactor();
    for (const given of [{}, { code: code() }, { code: wrongCodeAt(secret, app.now) }]) {
      const answer = await logInWith(app, account, { ...given, password: "a wrong one" });
      expect(answer.__typename).toBe("InvalidCredentials");
    }
    expect((await logInWith(app, account, { code: code() })).__typename).toBe("AuthPayload");
  });

  test("36: a burst of wrong codes meets the limit, and the right one has to wait, too", async () => {
    const strict = await TestApp.start({ LOGIN_ATTEMPTS_PER_ACCOUNT: "3" });
    strict.stopClock();
    const account = await signedUp(strict);
    const { secret } = await totpOn(strict, account);
    strict.advanceSeconds(30);
    const answers: string[] = [];
    for (let i = 0; i < 4; i++) {
      // Knowing the password clears nothing in between.
      await logInWith(strict, account, {}, STRANGER);
      answers.push(
        (await logInWith(strict, account, { code: wrongCodeAt(secret, strict.now) }, STRANGER)).__typename,
      );
    }
    expect(answers).toEqual(["InvalidCode", "InvalidCode", "InvalidCode", "TooManyAttempts"]);
    const right = { code: codeAt(secret, strict.now) };
    const { __typename, retryAfter } = await logInWith(strict, account, right, STRANGER);
    expect(__typename).toBe("TooManyAttempts");
    strict.advanceSeconds(retryAfter);
    const later = { code: codeAt(secret, strict.now) };
    expect((await logInWith(strict, account, later, STRANGER)).__typename).toBe("AuthPayload");
  });

  test("36: asking for the code is no attempt: whoever logs in in two steps is never delayed", async () => {
    const { account } = await withSecondFactor();
    const { loginAttemptsPerAccount } = app.config;
    for (let i = 0; i < loginAttemptsPerAccount + 2; i++) {
      expect((await logInWith(app, account, {}, STRANGER)).__typename).toBe("MfaRequired");
    }
  });

  test("a failed code is recorded, and the password alone is not", async () => {
    const { account, secret } = await withSecondFactor();
    const failures = async () =>
      (await eventTypesOf(app, account.userId)).filter((type) => type === "LOGIN_FAILED").length;
    await logInWith(app, account);
    expect(await failures()).toBe(0);
    await logInWith(app, account, { code: wrongCodeAt(secret, app.now) });
    expect(await failures()).toBe(1);
  });

  test("35: a wrong code after the right password is told to the owner, unless it came from where they are", async () => {
    const { account, secret, code } = await withSecondFactor();
    const wrong = { code: wrongCodeAt(secret, app.now) };
    const told = () => countNotices(app, account.userId, "CODE_REFUSED");
    await logInWith(app, account, { code: code() });
    await logInWith(app, account, wrong);
    await logInWith(app, account, { ...wrong, password: "a wrong one" }, STRANGER);
    expect(await told()).toBe(0);
    await logInWith(app, account, wrong, STRANGER);
    expect(await told()).toBe(1);
  });

  test("where it is off, a code is not looked at", async () => {
    const account = await signedUp(app);
    expect((await logInWith(app, account, { code: "000000" })).__typename).toBe("AuthPayload");
  });

  test("a disabled account learns that before it is asked for a code", async () => {
    const { account, code } = await withSecondFactor();
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { status: UserStatus.DISABLED });
    expect((await logInWith(app, account, { code: code() })).__typename).toBe("AccountDisabled");
  });

  test("36: a login that has to begin anew, as the hash was made anew meanwhile, has not spent its code", async () => {
    const { account, code } = await withSecondFactor();
    const { passwordHash } = await app.orm.em
      .fork()
      .findOneOrFail(User, { id: (await signedUp(app)).userId });
    const { verify } = PasswordHasher.prototype;
    jest.spyOn(PasswordHasher.prototype, "verify").mockImplementationOnce(async function (
      this: PasswordHasher,
      ...args
    ) {
      const isCorrect = await verify.apply(this, args);
      await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { passwordHash });
      return isCorrect;
    });
    expect((await logInWith(app, account, { code: code() })).__typename).toBe("AuthPayload");
  });

  test("37: a login under way while the factor is turned on does not slip through without a code", async () => {
    const account = await signedUp(app);
    const { verify } = PasswordHasher.prototype;
    const holding = jest.spyOn(PasswordHasher.prototype, "verify").mockImplementationOnce(async function (
      this: PasswordHasher,
      ...args
    ) {
      const isCorrect = await verify.apply(this, args);
      await totpOn(app, account);
      return isCorrect;
    });
    expect((await login(app, account.email)).__typename).toBe("MfaRequired");
    expect(holding).toHaveBeenCalled();
  });
});
