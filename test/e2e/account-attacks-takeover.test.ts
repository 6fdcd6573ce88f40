import { randomBytes } from "node:crypto";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { login, newEmail, PASSWORD, refresh, signedUp, signup, stateOf } from "../support/journeys.js";
import {
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
const MALFORMED = { code: "INVALID_TOKEN", reason: "MALFORMED" };
/** Sealed with the secret, it would keep a server with another one from starting. */
const NO_KEY_PAIR = { JWT_ALGORITHM: "HS256" };
const REVOKED = { code: "INVALID_TOKEN", reason: "REVOKED" };

describe("taking over an account", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  async function requestChange(accessToken: string): Promise<string> {
    const newAddress = newEmail();
    await result(app, "requestEmailChange", { newEmail: newAddress }, { token: accessToken });
    return tokenOf(await mailbox.next(newAddress));
  }

  const nextVerification = async (email: string): Promise<string> =>
    tokenOf(await mailbox.next(email, /\/verify-email\?/));

  test.each(["off", "optional"])(
    "23: with EMAIL_VERIFICATION=%s, who signs up first with a stranger's address keeps nothing after a reset",
    async (policy) => {
      const policied = await app.startAnother({ EMAIL_VERIFICATION: policy });
      const attacker = await signedUp(policied);
      const second = await login(policied, attacker.email);
      const change = await requestChange(attacker.accessToken);
      const reset = await receiveReset(app, mailbox, attacker.email);
      expect(await resetPassword(policied, reset, NEW_PASSWORD)).toEqual({
        __typename: "PasswordChanged",
        revokedSessions: 2,
      });
      for (const { accessToken, refreshToken } of [attacker, second]) {
        expect(await stateOf(policied, accessToken)).toBe("SESSION_REVOKED");
        expect(await refresh(policied, refreshToken)).toMatchObject({ reason: "REVOKED" });
      }
      expect(await verifyEmail(policied, change)).toMatchObject(REVOKED);
      expect((await login(policied, attacker.email)).__typename).toBe("InvalidCredentials");
      expect((await login(policied, attacker.email, NEW_PASSWORD)).user.emailVerified).toBe(true);
    },
  );

  test("33: the links of a deleted account do nothing to the next one at its address", async () => {
    const { email, accessToken: token } = await signedUp(app);
    const verification = await nextVerification(email);
    const reset = await receiveReset(app, mailbox, email);
    const change = await requestChange(token);
    expect(await result(app, "deleteAccount", {}, { token })).toBe(true);
    const next = await signedUp(app, { email });
    expect(await resetPassword(app, reset, NEW_PASSWORD)).toMatchObject(REVOKED);
    for (const link of [verification, change]) expect(await verifyEmail(app, link)).toMatchObject(REVOKED);
    expect((await login(app, email)).user).toMatchObject({ id: next.userId, emailVerified: false });
  });

  test("33: links that are followed while the account is disabled do nothing, also once it is enabled again", async () => {
    const { email, userId, accessToken } = await signedUp(app);
    const verification = await nextVerification(email);
    const reset = await receiveReset(app, mailbox, email);
    const change = await requestChange(accessToken);
    const setStatus = (status: UserStatus) =>
      app.orm.em.fork().nativeUpdate(User, { id: userId }, { status });
    await setStatus(UserStatus.DISABLED);
    expect(await resetPassword(app, reset, NEW_PASSWORD)).toMatchObject(REVOKED);
    for (const link of [verification, change]) expect(await verifyEmail(app, link)).toMatchObject(REVOKED);
    await setStatus(UserStatus.ACTIVE);
    expect(await resetPassword(app, reset, NEW_PASSWORD)).toMatchObject({ reason: "USED" });
    for (const link of [verification, change]) {
      expect(await verifyEmail(app, link)).toMatchObject({ reason: "USED" });
    }
    expect((await login(app, email)).user).toMatchObject({ email, emailVerified: false });
  });

  test("30, 33: a link is good for its purpose, and as no other token", async () => {
    const { email, accessToken, refreshToken } = await signedUp(app);
    const verification = await nextVerification(email);
    const reset = await receiveReset(app, mailbox, email);
    const change = await requestChange(accessToken);
    for (const link of [verification, change, accessToken, refreshToken]) {
      expect(await resetPassword(app, link, NEW_PASSWORD)).toMatchObject(MALFORMED);
    }
    for (const link of [reset, accessToken, refreshToken]) {
      expect(await verifyEmail(app, link)).toMatchObject(MALFORMED);
    }
    for (const link of [verification, reset, change]) {
      expect(await stateOf(app, link)).toBe("INVALID_TOKEN");
      expect(await refresh(app, link)).toMatchObject(MALFORMED);
    }
    // And none of that has spent one.
    expect(await verifyEmail(app, verification)).toMatchObject({ email });
    expect(await resetPassword(app, reset, NEW_PASSWORD)).toMatchObject({ __typename: "PasswordChanged" });
  });

  test("17: a dump of the database holds nothing that verifies, resets or logs in", async () => {
    const waiting = await startWithMailbox({ ...NO_KEY_PAIR, EMAIL_VERIFICATION: "required" });
    const pendingEmail = newEmail();
    await signup(waiting.app, { email: pendingEmail });
    const confirmation = tokenOf(await waiting.mailbox.next(pendingEmail));
    // What stays in the outbox, too.
    waiting.mailbox.misbehave("FAIL_FOR_NOW");
    await result(waiting.app, "requestEmailVerification", { email: pendingEmail });
    const dump: Readonly<Record<string, unknown>>[] = [];
    for (const table of ["pending_signups", "one_time_tokens", "outbox_mails"]) {
      const rows = await waiting.app.database.ask(`select * from ${table}`);
      expect(rows.length).toBeGreaterThan(0);
      dump.push(...rows);
    }
    const text = JSON.stringify(dump);
    for (const part of [PASSWORD, ...confirmation.split(".")]) expect(text).not.toContain(part);
    // Whoever has the ids would have to sign them with the secret.
    const otherSecret = randomBytes(32).toString("base64url");
    const foreign = await waiting.app.startAnother({ ...NO_KEY_PAIR, AUTH_SECRET: otherSecret });
    expect(await verifyEmail(foreign, confirmation)).toMatchObject(MALFORMED);
    expect(await verifyEmail(waiting.app, confirmation)).toMatchObject({ email: pendingEmail });
  });

  test("53: links outlive a rotation of AUTH_SECRET, and end with the secret", async () => {
    const { email } = await signedUp(app);
    const [verification, reset] = [await nextVerification(email), await receiveReset(app, mailbox, email)];
    const next = randomBytes(32).toString("base64url");
    const rotated = await app.startAnother({ AUTH_SECRET: next, AUTH_SECRET_PREVIOUS: app.secret });
    const forgetful = await app.startAnother({ AUTH_SECRET: next });
    expect(await resetPassword(forgetful, reset, NEW_PASSWORD)).toMatchObject(MALFORMED);
    expect(await verifyEmail(forgetful, verification)).toMatchObject(MALFORMED);
    expect(await verifyEmail(rotated, verification)).toMatchObject({ email });
    expect(await resetPassword(rotated, reset, NEW_PASSWORD)).toMatchObject({
      __typename: "PasswordChanged",
    });
  });
});
