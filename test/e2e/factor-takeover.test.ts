import { logInWith, mutate } from "../support/factor-journeys.js";
import { type Account, errorOf, loggedIn, signedUp, stateOf } from "../support/journeys.js";
import {
  ask,
  receiveReset,
  resetPassword,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { addPasskey, logInByPasskey } from "../support/passkey-logins.js";
import { codeAt, totpOn } from "../support/second-factor.js";
import { eventTypesOf } from "../support/security-log.js";
import type { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "another staple of horses";

describe("factors and who an account belongs to", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "1000" }));
  });

  const reset = async (email: string) =>
    resetPassword(app, await receiveReset(app, mailbox, email), NEW_PASSWORD);

  async function verified(): Promise<Account> {
    const account = await signedUp(app);
    const mail = await mailbox.next(account.email, /\/verify-email\?/);
    expect((await verifyEmail(app, tokenOf(mail))).__typename).toBe("EmailVerified");
    return account;
  }

  test("35: a reset logs nobody in and does not get past the second factor, whether the address was verified or not", async () => {
    for (const account of [await verified(), await signedUp(app)]) {
      const { secret, recoveryCodes } = await totpOn(app, account);
      app.advanceSeconds(30);
      expect((await reset(account.email)).__typename).toBe("PasswordChanged");
      const password = { password: NEW_PASSWORD };
      expect((await logInWith(app, account, password)).__typename).toBe("MfaRequired");
      const code = codeAt(secret, app.now);
      expect((await logInWith(app, account, { ...password, code })).__typename).toBe("AuthPayload");
      const [spare = ""] = recoveryCodes;
      expect((await logInWith(app, account, { ...password, code: spare })).__typename).toBe("AuthPayload");
    }
  });

  test("35: whoever signs up with a stranger's address keeps no passkey to it when its owner resets the password", async () => {
    const account = await signedUp(app);
    const { authenticator } = await addPasskey(app, account.accessToken);
    await reset(account.email);
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("InvalidPasskey");
    expect(await eventTypesOf(app, account.userId)).toContain("PASSKEY_REMOVED");
    await mailbox.next(account.email, /passkey was removed/);
  });

  test("passkeys of a verified account outlast a reset", async () => {
    const account = await verified();
    const { authenticator } = await addPasskey(app, account.accessToken);
    await reset(account.email);
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AuthPayload");
  });

  test("35: a passkey-only account gets a password again by a reset", async () => {
    const account = await verified();
    const { authenticator } = await addPasskey(app, account.accessToken);
    await mutate(app, account.accessToken, "removePassword");
    expect((await reset(account.email)).__typename).toBe("PasswordChanged");
    expect((await logInWith(app, account, { password: NEW_PASSWORD })).__typename).toBe("AuthPayload");
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AuthPayload");
  });

  test("24, 37: a session that was opened by password alone cannot turn off the factor that another has turned on", async () => {
    const account = await signedUp(app);
    const stolen = await loggedIn(app, account.email);
    await totpOn(app, account);
    for (const field of ["disableTotp", "regenerateRecoveryCodes { codes }", "deleteAccount"]) {
      expect(errorOf(await mutate(app, stolen.accessToken, field))?.code).toBe("REAUTHENTICATION_REQUIRED");
    }
    const change = await ask(
      app,
      "requestEmailChange",
      { newEmail: "thief@example.org" },
      { token: stolen.accessToken },
    );
    expect(errorOf(change)?.code).toBe("REAUTHENTICATION_REQUIRED");
    expect(await stateOf(app, stolen.accessToken)).toBe("alive");
    expect(errorOf(await mutate(app, account.accessToken, "disableTotp"))).toBeUndefined();
  });

  test("24: a link to another address that somebody else has asked for is void once a second factor is on", async () => {
    const account = await signedUp(app);
    const thief = `thief.of.${account.email}`;
    await ask(app, "requestEmailChange", { newEmail: thief }, { token: account.accessToken });
    const token = tokenOf(await mailbox.next(thief, /\/verify-email\?/));
    await totpOn(app, account);
    expect(await verifyEmail(app, token)).toMatchObject({ __typename: "InvalidToken", reason: "REVOKED" });
  });

  test("35: the owner is told of every change of a factor, by mail and in the log", async () => {
    const account = await signedUp(app);
    const { accessToken, email, userId } = account;
    await totpOn(app, account);
    await mailbox.next(email, /Two-factor authentication is on/);
    await mutate(app, accessToken, "regenerateRecoveryCodes { codes }");
    await mailbox.next(email, /new recovery codes/);
    await mutate(app, accessToken, "disableTotp");
    await mailbox.next(email, /Two-factor authentication is off/);
    const { id } = await addPasskey(app, accessToken);
    await mailbox.next(email, /A passkey was added/);
    await mutate(app, accessToken, `removePasskey(id: "${id}")`);
    await mailbox.next(email, /A passkey was removed/);
    expect((await eventTypesOf(app, userId)).slice(1)).toEqual([
      "TOTP_ENABLED",
      "RECOVERY_CODES_REGENERATED",
      "TOTP_DISABLED",
      "PASSKEY_ADDED",
      "PASSKEY_REMOVED",
    ]);
  });
});
