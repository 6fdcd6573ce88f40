import { logInWith, mutate, reauthenticate } from "../support/factor-journeys.js";
import { type Account, errorOf, PASSWORD, signedUp } from "../support/journeys.js";
import { codeAt, totpOn, wrongCodeAt } from "../support/second-factor.js";
import { TestApp } from "../support/test-app.js";

describe("proving once more who is there, with a second factor", () => {
  let app: TestApp;
  let account: Account;
  let secret: string;
  let recoveryCodes: readonly string[];

  beforeAll(async () => {
    app = await TestApp.start({ ACCESS_TOKEN_SECONDS: "86400" });
    account = await signedUp(app);
    ({ secret, recoveryCodes } = await totpOn(app, account));
  });

  beforeEach(() => app.advanceSeconds(601));

  /** Why what needs a recent login is refused; undefined where it is not. */
  const refusalForAge = async () =>
    errorOf(await mutate(app, account.accessToken, "startTotpSetup { uri }"))?.code;

  test("24, 37: the password alone does not: it asks for a code", async () => {
    const answer = await reauthenticate(app, account.accessToken, { password: PASSWORD });
    expect(answer).toMatchObject({ __typename: "MfaRequired", methods: ["TOTP", "RECOVERY_CODE"] });
    expect(await refusalForAge()).toBe("REAUTHENTICATION_REQUIRED");
  });

  test("24, 37: neither does a code alone, nor one that is wrong", async () => {
    const code = codeAt(secret, app.now);
    const attempts = [
      { code },
      { password: "wrong", code },
      { password: PASSWORD, code: wrongCodeAt(secret, app.now) },
    ];
    const types = [];
    for (const input of attempts) {
      types.push((await reauthenticate(app, account.accessToken, input)).__typename);
    }
    expect(types).toEqual(["InvalidCredentials", "InvalidCredentials", "InvalidCode"]);
    expect(await refusalForAge()).toBe("REAUTHENTICATION_REQUIRED");
  });

  test("24, 37: nor does a change of the password by who knows it", async () => {
    const query = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }`;
    const NEW = "another staple of horses";
    const swaps = [
      { currentPassword: PASSWORD, newPassword: NEW },
      { currentPassword: NEW, newPassword: PASSWORD },
    ];
    for (const input of swaps) {
      const { body } = await app.graphql(query, { token: account.accessToken, variables: { input } });
      expect(body.data.changePassword.__typename).toBe("PasswordChanged");
    }
    expect(await refusalForAge()).toBe("REAUTHENTICATION_REQUIRED");
  });

  test("both together do, and the code is spent by it", async () => {
    const input = { password: PASSWORD, code: codeAt(secret, app.now) };
    expect(await reauthenticate(app, account.accessToken, input)).toEqual({
      __typename: "Session",
      id: account.sessionId,
      isCurrent: true,
    });
    expect(await refusalForAge()).toBeUndefined();
    expect((await reauthenticate(app, account.accessToken, input)).__typename).toBe("InvalidCode");
    expect((await logInWith(app, account, { code: input.code })).__typename).toBe("InvalidCode");
  });

  test("so does a recovery code", async () => {
    const input = { password: PASSWORD, code: recoveryCodes[0] };
    expect((await reauthenticate(app, account.accessToken, input)).__typename).toBe("Session");
    expect((await reauthenticate(app, account.accessToken, input)).__typename).toBe("InvalidCode");
  });
});
