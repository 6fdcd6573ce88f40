import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { type Account, errorOf, loggedIn, signedUp, stateOf } from "../support/journeys.js";
import { meanwhile } from "../support/meanwhile.js";
import { askMfa, codeAt, confirm, mfa, totpOn, wrongCodeAt } from "../support/second-factor.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const OPERATIONS = ["startTotpSetup", "confirmTotpSetup", "disableTotp", "regenerateRecoveryCodes"] as const;
const variables = { code: "000000" };

describe("the second factor is changed by nobody but its owner", () => {
  let app: TestApp;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.start({ LOGIN_ATTEMPTS_PER_ACCOUNT: "5" });
    app.stopClock();
  });

  beforeEach(async () => {
    account = await signedUp(app);
  });

  const isOn = async () => (await mfa(app, "readState", account)).totpEnabled;

  describe("36: a burst of wrong codes", () => {
    const wrong = async (secret: string) =>
      (await confirm(app, account, wrongCodeAt(secret, app.now))).__typename;

    test("meets the limit, and the right one has to wait, too", async () => {
      const { secret } = await mfa(app, "startTotpSetup", account);
      const answers = await Promise.all(Array.from({ length: 12 }, () => wrong(secret)));
      expect(answers.filter((type) => type === "InvalidCode")).toHaveLength(5);
      expect(answers.filter((type) => type === "TooManyAttempts")).toHaveLength(7);
      const refused = await confirm(app, account, codeAt(secret, app.now));
      expect(refused).toMatchObject({ __typename: "TooManyAttempts", code: "TOO_MANY_ATTEMPTS" });
      app.advanceSeconds(refused.retryAfter);
      expect((await confirm(app, account, codeAt(secret, app.now))).__typename).toBe("RecoveryCodes");
    });

    test("is on record, as far as codes were looked at", async () => {
      const { secret } = await mfa(app, "startTotpSetup", account);
      for (let i = 0; i < 7; i++) await wrong(secret);
      expect(await eventTypesOf(app, account.userId)).toEqual([
        "SIGNED_UP",
        ...Array(5).fill("LOGIN_FAILED"),
      ]);
    });

    test("is forgiven with a right one", async () => {
      for (let round = 0; round < 3; round++) {
        const { secret } = await mfa(app, "startTotpSetup", account);
        for (let i = 0; i < 3; i++) expect(await wrong(secret)).toBe("InvalidCode");
        expect((await confirm(app, account, codeAt(secret, app.now))).__typename).toBe("RecoveryCodes");
      }
    });

    test("is none where no setup is under way: nothing was guessed at", async () => {
      for (let i = 0; i < 8; i++) expect(await wrong("AAAA")).toBe("InvalidCode");
      expect(await eventTypesOf(app, account.userId)).toEqual(["SIGNED_UP"]);
    });
  });

  describe.each(OPERATIONS)("24: %s", (operation) => {
    const attempt = (who: Account) => askMfa(app, operation, who, { variables });

    beforeEach(async () => {
      await totpOn(app, account);
    });

    test("is refused to a session that was open when the factor was turned on by another", async () => {
      account = await signedUp(app);
      const { accessToken } = await loggedIn(app, account.email);
      const other = { ...account, accessToken };
      expect(errorOf(await askMfa(app, "startTotpSetup", other))).toBeUndefined();
      await totpOn(app, account);
      expect(errorOf(await attempt(other))).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
      expect(await stateOf(app, accessToken)).toBe("alive");
      expect(await isOn()).toBe(true);
    });

    test("is refused also where that was while the request was under way", async () => {
      const other = await signedUp(app);
      const { accessToken } = await loggedIn(app, other.email);
      let wasDone = false;
      meanwhile(async () => {
        await totpOn(app, other);
        wasDone = true;
      });
      const answer = await attempt({ ...other, accessToken });
      expect([wasDone, errorOf(answer)]).toEqual([true, { code: "REAUTHENTICATION_REQUIRED" }]);
      expect(await mfa(app, "readState", other)).toEqual({ totpEnabled: true, recoveryCodesLeft: 10 });
    });

    test("22: is refused where the session was ended while the request was under way", async () => {
      meanwhile(() => app.orm.em.fork().nativeDelete(Session, { id: account.sessionId }));
      const refusal = { code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" };
      expect(errorOf(await attempt(account))).toEqual(refusal);
      await expectUntouched();
    });

    test("22: is refused where the account was disabled while the request was under way", async () => {
      const disabled = { status: UserStatus.DISABLED };
      meanwhile(() => app.orm.em.fork().nativeUpdate(User, { id: account.userId }, disabled));
      expect(errorOf(await attempt(account))?.code).toBe("UNAUTHENTICATED");
      await expectUntouched();
    });

    async function expectUntouched(): Promise<void> {
      const types = await eventTypesOf(app, account.userId);
      expect(types.filter((type) => type !== "SIGNED_UP")).toEqual(["TOTP_ENABLED"]);
    }
  });

  test("24: nobody's own session loses its recency by it, and nobody else's", async () => {
    const other = await signedUp(app);
    await totpOn(app, account);
    expect(await mfa(app, "disableTotp", account)).toBe(true);
    expect(await mfa(app, "disableTotp", other)).toBe(false);
  });
});
