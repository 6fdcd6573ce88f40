import { signedUp } from "../support/journeys.js";
import { ask, startWithMailbox } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { codeAt, confirm, mfa, totpOn } from "../support/second-factor.js";
import { eventsOf, eventTypesOf } from "../support/security-log.js";
import { spendCode } from "../support/spent-codes.js";
import { tablesWith } from "../support/table-search.js";
import type { TestApp } from "../support/test-app.js";

describe("what a second factor leaves behind", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  test("35, 47: changes of it are on record, and the owner is told of each", async () => {
    const account = await signedUp(app);
    await totpOn(app, account);
    await mailbox.next(account.email, /Two-factor authentication is on/);
    await mfa(app, "regenerateRecoveryCodes", account);
    await mailbox.next(account.email, /new recovery codes/);
    await mfa(app, "disableTotp", account);
    await mailbox.next(account.email, /Two-factor authentication is off/);
    expect(await eventTypesOf(app, account.userId)).toEqual([
      "SIGNED_UP",
      "TOTP_ENABLED",
      "RECOVERY_CODES_REGENERATED",
      "TOTP_DISABLED",
    ]);
    for (const { ipAddress, actorId } of await eventsOf(app, account.userId)) {
      expect([ipAddress, actorId]).toEqual(["127.0.0.1", null]);
    }
  });

  test("35: the owner is told of a recovery code that was used", async () => {
    const account = await signedUp(app);
    const { recoveryCodes } = await totpOn(app, account);
    await spendCode(app, account, recoveryCodes[0] as string);
    const mail = await mailbox.next(account.email, /A recovery code was used/);
    expect(mail.text).toContain("127.0.0.1");
  });

  test("what changes nothing is neither recorded nor told", async () => {
    const account = await signedUp(app);
    await mfa(app, "startTotpSetup", account);
    await mfa(app, "disableTotp", account);
    expect(await eventTypesOf(app, account.userId)).toEqual(["SIGNED_UP"]);
  });

  test("37, 47: neither database, log nor mails have a secret or a code of it", async () => {
    const account = await signedUp(app);
    const { secret: replaced } = await mfa(app, "startTotpSetup", account);
    const { secret } = await mfa(app, "startTotpSetup", account);
    expect(await tablesWith(app, [replaced, secret])).toEqual([]);
    const { codes } = await confirm(app, account, codeAt(secret, app.now));
    await spendCode(app, account, codes[0]);
    const { secret: pending } = await mfa(app, "startTotpSetup", account);
    await confirm(app, account, codes[1]);
    const secrets = [replaced, secret, pending, ...codes, ...codes.map(withoutHyphens)];
    expect(await tablesWith(app, secrets)).toEqual([]);
    // The search does find what is there.
    expect(await tablesWith(app, [account.userId])).toEqual(
      expect.arrayContaining(["pending_totp_setups", "recovery_codes", "totp_credentials"]),
    );
    const told = [...app.logLines, ...mailbox.all().map(({ source }) => source)].join("\n");
    expect(secrets.filter((text) => told.includes(text))).toEqual([]);
  });

  test("an account that goes takes all of it along", async () => {
    const account = await signedUp(app);
    await totpOn(app, account);
    await mfa(app, "startTotpSetup", account);
    await ask(app, "deleteAccount", {}, { token: account.accessToken });
    const left = await tablesWith(app, [account.userId]);
    expect(left).toEqual(["security_events"]);
  });
});

const withoutHyphens = (code: string): string => code.replaceAll("-", "");
