import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import { RecoveryCode } from "../../src/modules/mfa/recovery-code.entity.js";
import { TotpCredential } from "../../src/modules/mfa/totp-credential.entity.js";
import { type Account, signedUp } from "../support/journeys.js";
import { waiting } from "../support/outbox-watch.js";
import { codeAt, confirm, mfa, type SecondFactorOf, totpOn } from "../support/second-factor.js";
import { eventTypesOf } from "../support/security-log.js";
import { findMethods, spendCode } from "../support/spent-codes.js";
import { TestApp } from "../support/test-app.js";

describe("a code of the second factor", () => {
  let app: TestApp;
  let account: Account;
  let factor: SecondFactorOf;

  beforeAll(async () => {
    app = await TestApp.start();
    app.stopClock();
  });

  beforeEach(async () => {
    account = await signedUp(app);
    factor = await totpOn(app, account);
  });

  const code = (distanceSeconds = 0) => codeAt(factor.secret, app.now + distanceSeconds * 1000);
  const spend = (text: string) => spendCode(app, account, text);
  const recoveryCode = (index = 0) => factor.recoveryCodes[index] as string;
  const left = async () => (await mfa(app, "readState", account)).recoveryCodesLeft;

  test("36: the code that turned it on is spent by that", async () => {
    account = await signedUp(app);
    const { secret } = await mfa(app, "startTotpSetup", account);
    const confirming = codeAt(secret, app.now);
    await confirm(app, account, confirming);
    expect(await spend(confirming)).toBe(false);
    expect(await spend(codeAt(secret, app.now + 30_000))).toBe(true);
  });

  test("36: is accepted once, and no earlier one after it", async () => {
    expect(await spend(code(30))).toBe(true);
    expect(await spend(code(30))).toBe(false);
    expect(await spend(code())).toBe(false);
    app.advanceSeconds(30);
    expect(await spend(code())).toBe(false);
    app.advanceSeconds(30);
    expect(await spend(code())).toBe(true);
  });

  test("36: is accepted a step early, and not two steps off", async () => {
    expect(await spend(code(60))).toBe(false);
    app.advanceSeconds(60);
    expect(await spend(code(-60))).toBe(false);
    expect(await spend(code(-30))).toBe(true);
    expect(await spend(code(30))).toBe(true);
  });

  test("36: of many who use the same one at once, one has used it", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => spend(code())));
    expect(answers.filter((isSpent) => isSpent)).toHaveLength(1);
  });

  test("37: a recovery code is accepted once, and the owner is told", async () => {
    expect(await findMethods(app, account)).toEqual(["TOTP", "RECOVERY_CODE"]);
    expect(await spend(recoveryCode())).toBe(true);
    expect(await spend(recoveryCode())).toBe(false);
    expect(await left()).toBe(9);
    const events = await eventTypesOf(app, account.userId);
    expect(events.filter((type) => type === "RECOVERY_CODE_USED")).toHaveLength(1);
    const mails = (await waiting(app)).filter(({ recipient }) => recipient === account.email);
    expect(mails.at(-1)).toMatchObject({
      kind: "RECOVERY_CODE_USED",
      facts: { client: { ipAddress: "127.0.0.1" } },
    });
    for (let i = 1; i < 10; i++) expect(await spend(recoveryCode(i))).toBe(true);
    expect(await findMethods(app, account)).toEqual(["TOTP"]);
    expect(await left()).toBe(0);
  });

  test("37: of many who use the same recovery code at once, one has used it", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => spend(recoveryCode())));
    expect(answers.filter((isSpent) => isSpent)).toHaveLength(1);
    expect(await left()).toBe(9);
  });

  test.each([
    ["without hyphens", (text: string) => text.replaceAll("-", "")],
    ["in capitals", (text: string) => text.toUpperCase()],
    ["with spaces and dashes of a word processor", (text: string) => ` ${text.replaceAll("-", " – ")}\n`],
    [
      "with O for 0, and I and L for 1",
      (text: string) => text.replace(/0/g, "O").replace(/1/, "I").replace(/1/g, "l"),
    ],
  ])("a recovery code may be typed %s", async (_how, type) => {
    const withMost = [...factor.recoveryCodes].sort((a, b) => count01(b) - count01(a))[0] as string;
    expect(await spend(type(withMost))).toBe(true);
  });

  test("37: a recovery code is good for its own account only, also where its row was moved", async () => {
    const other = await signedUp(app);
    await totpOn(app, other);
    expect(await spendCode(app, other, recoveryCode())).toBe(false);
    const { userId: user } = other;
    await app.orm.em.fork().nativeUpdate(RecoveryCode, { user: account.userId }, { user });
    expect(await spendCode(app, other, recoveryCode())).toBe(false);
  });

  test("37: a sealed secret is good for its own account only", async () => {
    const other = await signedUp(app);
    await totpOn(app, other);
    const em = app.orm.em.fork();
    const { sealedSecret } = await em.findOneOrFail(TotpCredential, { user: account.userId });
    await em.nativeUpdate(TotpCredential, { user: other.userId }, { sealedSecret });
    await expect(spendCode(app, other, code())).rejects.toThrow("at fault");
    expect(app.logLines.join("")).toContain("neither AUTH_SECRET");
  });

  test("37: replaced recovery codes are void, and so are all codes of before once it is on again", async () => {
    const { codes } = await mfa(app, "regenerateRecoveryCodes", account);
    expect(await spend(recoveryCode())).toBe(false);
    expect(await spend(codes[0])).toBe(true);
    await mfa(app, "disableTotp", account);
    const { secret } = await totpOn(app, account);
    expect(await spend(codes[1])).toBe(false);
    expect([await spend(code()), await spend(codeAt(secret, app.now))]).toEqual([false, true]);
  });

  test("36: the app of the old phone is good until the new one is confirmed, and not after it", async () => {
    const { secret } = await mfa(app, "startTotpSetup", account);
    expect(await spend(codeAt(secret, app.now))).toBe(false);
    expect(await spend(code())).toBe(true);
    await confirm(app, account, codeAt(secret, app.now));
    expect(await spend(code(30))).toBe(false);
    expect(await spend(codeAt(secret, app.now + 30_000))).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["nine digits", "000000000"],
    ["letters that are in no recovery code", "u".repeat(24)],
    ["a null character", "\u0000"],
    ["SQL", `${"0".repeat(24)}' or ''='`],
    ["digits of another script", "１２３４５６"],
    ["ten thousand characters", "x".repeat(10_000)],
  ])("36: %s is no code, and spends none", async (_what, text) => {
    expect(await spend(text)).toBe(false);
    expect(await left()).toBe(10);
    expect(await eventTypesOf(app, account.userId)).not.toContain("RECOVERY_CODE_USED");
    expect(await spend(code())).toBe(true);
  });

  test("recovery codes go on working where no secret opens the seal", async () => {
    const lost = new SealedBox(new SecretKeys("a secret that nobody remembers any more"));
    const sealedSecret = lost.seal(factor.secret, `totp:${account.userId}`);
    await app.orm.em.fork().nativeUpdate(TotpCredential, { user: account.userId }, { sealedSecret });
    await expect(spend(code())).rejects.toThrow("at fault");
    expect(app.logLines.join("")).toContain("neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS");
    expect(await spend(recoveryCode())).toBe(true);
  });
});

const count01 = (text: string): number => text.replace(/[^01]/g, "").length;
