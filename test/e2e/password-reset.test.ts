import { OneTimeToken } from "../../src/modules/one-time-token/one-time-token.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { decodePart, signHs256 } from "../support/forge.js";
import { loggedIn, login, signedUp, stateOf } from "../support/journeys.js";
import {
  ask,
  RESET_LINK,
  receiveReset,
  resetPassword,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import type { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "a brand new password";

describe("a password reset", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
    app.stopClock();
  });

  test("23: the link of the mail sets a new password and ends every session", async () => {
    const { email, accessToken } = await signedUp(app);
    const other = await loggedIn(app, email);
    expect(await result(app, "requestPasswordReset", { email: email.toUpperCase() })).toBe(true);
    const mail = await mailbox.next(email, RESET_LINK);
    expect(mail.link).toMatch(/^http:\/\/latchkey\.test\/reset-password\?token=[\w.-]+$/);
    expect(await resetPassword(app, tokenOf(mail), NEW_PASSWORD)).toEqual({
      __typename: "PasswordChanged",
      revokedSessions: 2,
    });
    expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
    expect(await stateOf(app, other.accessToken)).toBe("SESSION_REVOKED");
    expect((await login(app, email)).__typename).toBe("InvalidCredentials");
    expect((await login(app, email, NEW_PASSWORD)).__typename).toBe("AuthPayload");
  });

  test("35: it logs nobody in, and the owner is told", async () => {
    const { email } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    const answer = await ask(app, "resetPassword", { input: { token, newPassword: NEW_PASSWORD } });
    expect(JSON.stringify(answer.body)).not.toMatch(/eyJ/);
    expect(answer.headers.get("set-cookie")).not.toMatch(/refresh|session/i);
    const notice = await mailbox.next(email, /password was reset/);
    expect(notice.text).toMatch(/127\.0\.0\.1/);
    expect(notice.links).toEqual([]);
  });

  test("the address is verified by it", async () => {
    const { email, userId } = await signedUp(app);
    await resetPassword(app, await receiveReset(app, mailbox, email), NEW_PASSWORD);
    expect((await app.orm.em.fork().findOneOrFail(User, userId)).emailVerified).toBe(true);
  });

  test("1: the new password has to be one, and one that is refused leaves the link good", async () => {
    const { email } = await signedUp(app, { username: "margaret" });
    const token = await receiveReset(app, mailbox, email);
    for (const [password, code] of [
      ["", "REQUIRED"],
      ["short", "TOO_SHORT"],
      ["password123", "COMMON_PASSWORD"],
      ["xx-margaret-xx", "CONTAINS_IDENTITY"],
      [`xx-${email.split("@")[0]}-xx`, "CONTAINS_IDENTITY"],
    ] as const) {
      expect(await resetPassword(app, token, password)).toMatchObject({
        __typename: "InvalidInput",
        fields: [{ field: "newPassword", code }],
      });
    }
    expect((await resetPassword(app, token, NEW_PASSWORD)).__typename).toBe("PasswordChanged");
  });

  test("33: a link is good for one use, and of 16 at once one wins", async () => {
    const { email } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    const passwords = Array.from({ length: 16 }, (_, index) => `candidate number ${index}`);
    const answers = await Promise.all(passwords.map((password) => resetPassword(app, token, password)));
    const winners = passwords.filter((_, index) => answers[index].__typename === "PasswordChanged");
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ reason }) => reason === "USED")).toHaveLength(15);
    expect((await login(app, email, winners[0])).__typename).toBe("AuthPayload");
    expect(await resetPassword(app, token, NEW_PASSWORD)).toMatchObject({ reason: "USED" });
  });

  test("33: a link expires after an hour", async () => {
    const { email } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    app.advanceSeconds(3600);
    expect(await resetPassword(app, token, NEW_PASSWORD)).toMatchObject({ reason: "EXPIRED" });
    app.advanceSeconds(-1);
    expect((await resetPassword(app, token, NEW_PASSWORD)).__typename).toBe("PasswordChanged");
    app.advanceSeconds(-3599);
  });

  test("33: a reset ends the other links that could change the password", async () => {
    const { email } = await signedUp(app);
    const [first, second] = [
      await receiveReset(app, mailbox, email),
      await receiveReset(app, mailbox, email),
    ];
    expect((await resetPassword(app, second, NEW_PASSWORD)).__typename).toBe("PasswordChanged");
    expect(await resetPassword(app, first, "yet another password")).toMatchObject({ reason: "REVOKED" });
  });

  test("33: a link is bound to its purpose, its user and the address", async () => {
    const { email, userId } = await signedUp(app);
    const verification = tokenOf(await mailbox.next(email));
    const reset = await receiveReset(app, mailbox, email);
    expect(await resetPassword(app, verification, NEW_PASSWORD)).toMatchObject({ reason: "MALFORMED" });
    expect(await verifyEmail(app, reset)).toMatchObject({ reason: "MALFORMED" });
    expect(await stateOf(app, reset)).toBe("INVALID_TOKEN");
    const em = app.orm.em.fork();
    await em.nativeUpdate(User, { id: userId }, { email: "moved@example.org" });
    expect(await resetPassword(app, reset, NEW_PASSWORD)).toMatchObject({ reason: "REVOKED" });
    expect((await login(app, email)).__typename).toBe("AuthPayload");
  });

  test("30: no access, refresh or device token resets a password", async () => {
    const account = await signedUp(app);
    for (const token of [
      account.accessToken,
      account.refreshToken,
      `${account.refreshToken}x`,
      "",
      "a.b.c",
    ]) {
      expect(await resetPassword(app, token, NEW_PASSWORD)).toMatchObject({ reason: "MALFORMED" });
    }
  });

  test("a disabled account gets no link, and a link of before is none", async () => {
    const { email, userId } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { status: UserStatus.DISABLED });
    expect(await resetPassword(app, token, NEW_PASSWORD)).toMatchObject({ reason: "REVOKED" });
    const before = mailbox.mails(email).length;
    await result(app, "requestPasswordReset", { email });
    const { email: later } = await signedUp(app);
    await mailbox.next(later);
    expect(mailbox.mails(email)).toHaveLength(before);
  });

  test("34: links ignore Host and X-Forwarded-Host", async () => {
    const { email } = await signedUp(app);
    await mailbox.next(email);
    const headers = {
      host: "evil.example",
      "x-forwarded-host": "evil.example",
      forwarded: "host=evil.example",
    };
    await ask(app, "requestPasswordReset", { email }, { headers });
    const mail = await mailbox.next(email);
    expect(mail.link).toMatch(/^http:\/\/latchkey\.test\/reset-password\?/);
    expect(mail.source).not.toContain("evil");
  });

  test("34: header injection through an address is impossible", async () => {
    const { email } = await signedUp(app);
    await mailbox.next(email);
    const before = mailbox.received;
    for (const injected of [
      `${email}\r\nBcc: eve@example.org`,
      `${email}\nBcc: eve@example.org`,
      `${email}, eve@example.org`,
      `${email}%0d%0aBcc: eve@example.org`,
      `<${email}>, <eve@example.org>`,
      `"a\r\nBcc: eve@example.org"@example.org`,
    ]) {
      expect(await result(app, "requestPasswordReset", { email: injected })).toBe(true);
      expect(await result(app, "requestEmailVerification", { email: injected })).toBe(true);
    }
    await result(app, "requestPasswordReset", { email });
    await mailbox.next(email);
    expect(mailbox.received).toBe(before + 1);
  });

  test("the mail goes to the address as it is stored, not as a look-alike was typed", async () => {
    const { email } = await signedUp(app);
    const lookAlike = email.replace("p", "р");
    expect(lookAlike).not.toBe(email);
    await mailbox.next(email);
    await result(app, "requestPasswordReset", { email: lookAlike });
    expect((await mailbox.next(email)).source).not.toContain("р");
  });

  test("RESET_PASSWORD_URL and VERIFY_EMAIL_URL lead to pages of one's own", async () => {
    const own = await startWithMailbox({
      RESET_PASSWORD_URL: "https://app.example.org/new-password",
      VERIFY_EMAIL_URL: "https://app.example.org/verify/",
    });
    const { email } = await signedUp(own.app);
    expect((await own.mailbox.next(email)).link).toMatch(/^https:\/\/app\.example\.org\/verify\?token=/);
    await result(own.app, "requestPasswordReset", { email });
    expect((await own.mailbox.next(email)).link).toMatch(
      /^https:\/\/app\.example\.org\/new-password\?token=/,
    );
  });

  test("17: what the database holds of a link is not enough to follow it", async () => {
    const { email, userId } = await signedUp(app);
    const token = await receiveReset(app, mailbox, email);
    const rows = await app.orm.em.fork().find(OneTimeToken, { user: userId });
    const dump = JSON.stringify([rows, await app.database.ask("select * from outbox_mails")]);
    expect(dump).not.toContain(token);
    expect(dump).not.toContain(token.split(".")[2]);
    const claims = decodePart(token, 1);
    expect(claims).toMatchObject({ jti: rows.find(({ purpose }) => purpose === claims.purpose)?.id });
    const guess = signHs256(decodePart(token, 0), claims, "whatever else there is");
    expect(await resetPassword(app, guess, NEW_PASSWORD)).toMatchObject({ reason: "MALFORMED" });
  });
});
