import { randomUUID } from "node:crypto";
import { OneTimeToken } from "../../src/modules/one-time-token/one-time-token.entity.js";
import { PendingSignup } from "../../src/modules/pending-signup/pending-signup.entity.js";
import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { eventually } from "../support/eventually.js";
import {
  errorOf,
  loggedIn,
  login,
  newEmail,
  PASSWORD,
  refresh,
  signedUp,
  signup,
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
import { meanwhile } from "../support/meanwhile.js";
import { mailLines } from "../support/outbox-watch.js";
import { tablesWith } from "../support/table-search.js";
import type { TestApp } from "../support/test-app.js";

describe("deleting one's account", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  const deleteAccount = (token: string) => result(app, "deleteAccount", {}, { token });

  test("22: every session ends at once, and nobody logs in any more", async () => {
    const account = await signedUp(app);
    const other = await loggedIn(app, account.email);
    expect(await deleteAccount(account.accessToken)).toBe(true);
    for (const { accessToken, refreshToken } of [account, other]) {
      expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
      expect((await refresh(app, refreshToken)).reason).toBe("REVOKED");
    }
    expect((await login(app, account.email)).__typename).toBe("InvalidCredentials");
    expect((await loggedInAnew(account.email)).userId).not.toBe(account.userId);
  });

  /** The address is free again. */
  const loggedInAnew = (email: string) => signedUp(app, { email });

  test("24: needs a recent login", async () => {
    const { accessToken: token } = await signedUp(app);
    app.advanceSeconds(600);
    expect(errorOf(await ask(app, "deleteAccount", {}, { token }))).toEqual({
      code: "REAUTHENTICATION_REQUIRED",
    });
    expect(await stateOf(app, token)).toBe("alive");
    await app.graphql(`mutation { reauthenticate(input: { password: "${PASSWORD}" }) { __typename } }`, {
      token,
    });
    expect(await deleteAccount(token)).toBe(true);
    app.advanceSeconds(-600);
  });

  test("35: its owner is told, after the account is gone", async () => {
    const { email, accessToken } = await signedUp(app);
    await mailbox.next(email);
    await deleteAccount(accessToken);
    const notice = await mailbox.next(email, /account was deleted/);
    expect(notice.links).toEqual([]);
  });

  test("nothing of them is left in any table, nor what was on its way to them", async () => {
    const marker = randomUUID();
    const email = `gone.${marker}@example.org`;
    const account = await signedUp(app, { email, username: marker.slice(0, 20), name: `Name ${marker}` });
    const token = await receiveReset(app, mailbox, email);
    await result(app, "requestEmailChange", { newEmail: `new.${email}` }, { token: account.accessToken });
    await mailbox.next(`new.${email}`);
    await deleteAccount(account.accessToken);
    expect(await resetPassword(app, token, "a brand new password")).toMatchObject({ reason: "REVOKED" });
    await mailbox.next(email, /was deleted/);
    // The notice itself goes when it has been handed over.
    await eventually(
      async () => (await tablesWith(app, [marker, marker.slice(0, 20)])).length === 0 || undefined,
    );
    // That it was there, and what has happened to it.
    expect(await tablesWith(app, [account.userId])).toEqual(["security_events"]);
    const em = app.orm.em.fork();
    expect(await em.count(User, { id: account.userId })).toBe(0);
    expect(await em.count(Session, { user: account.userId })).toBe(0);
    expect(await em.count(OneTimeToken, { user: account.userId })).toBe(0);
  });

  test("the security log keeps what has happened, the end included, but not from where or with what device", async () => {
    const { userId, email, accessToken } = await signedUp(app);
    await mailbox.next(email);
    const events = () => app.orm.em.fork().find(SecurityEvent, { userId }, { orderBy: { id: "asc" } });
    expect((await events())[0]).toMatchObject({ type: "SIGNED_UP", ipAddress: "127.0.0.1" });
    expect(await deleteAccount(accessToken)).toBe(true);
    await mailbox.next(email, /was deleted/);
    const left = await events();
    expect(left.map(({ type }) => type)).toContain("ACCOUNT_DELETED");
    expect(left.filter(({ ipAddress, userAgent }) => ipAddress !== null || userAgent !== null)).toEqual([]);
  });

  test("a mail that was not sent is not sent to whoever has gone", async () => {
    const quiet = await app.startAnother();
    mailbox.misbehave("FAIL_FOR_NOW");
    const before = mailLines(app, /tried again/).length;
    const { email, accessToken } = await signedUp(quiet);
    await result(quiet, "requestPasswordReset", { email });
    // Neither is half written when the account goes.
    await eventually(() => (mailLines(app, /tried again/).length >= before + 2 ? true : undefined));
    await deleteAccount(accessToken);
    mailbox.misbehave(null);
    // Past the next try, and not past what one that is under way is given.
    app.advanceSeconds(10);
    await mailbox.next(email, /was deleted/);
    await receiveNothingMore(email);
  });

  /** What is sent later comes later. */
  async function receiveNothingMore(email: string): Promise<void> {
    const before = mailbox.mails(email).length;
    const later = await signedUp(app);
    await mailbox.next(later.email);
    expect(mailbox.mails(email)).toHaveLength(before);
    expect(mailbox.mails(email).flatMap(({ links }) => links)).toEqual([]);
  }

  test("whoever waits for the address in vain is forgotten with it", async () => {
    const strict = await startWithMailbox({ EMAIL_VERIFICATION: "required" });
    const email = newEmail();
    await signup(strict.app, { email });
    await verifyEmail(strict.app, tokenOf(await strict.mailbox.next(email)));
    const { accessToken: token } = await login(strict.app, email);
    await signup(strict.app, { email, name: "Somebody else" });
    const waiting = () => strict.app.orm.em.fork().count(PendingSignup, { email });
    expect(await waiting()).toBe(1);
    expect(await result(strict.app, "deleteAccount", {}, { token })).toBe(true);
    expect(await waiting()).toBe(0);
  });

  test("22: is refused to a session that ends while it is under way", async () => {
    const { userId, email, accessToken: token } = await signedUp(app);
    meanwhile(() => app.orm.em.fork().nativeDelete(Session, { user: userId }));
    const refusal = { code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" };
    expect(errorOf(await ask(app, "deleteAccount", {}, { token }))).toEqual(refusal);
    expect((await login(app, email)).__typename).toBe("AuthPayload");
  });

  test("twice in one request deletes once", async () => {
    const { accessToken: token } = await signedUp(app);
    const { body } = await app.graphql("mutation { one: deleteAccount two: deleteAccount }", { token });
    expect(errorOf({ body })).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
    expect(await stateOf(app, token)).toBe("SESSION_REVOKED");
  });

  test("other people's accounts stay", async () => {
    const [account, other] = [await signedUp(app), await signedUp(app)];
    await deleteAccount(account.accessToken);
    expect(await stateOf(app, other.accessToken)).toBe("alive");
    expect((await login(app, other.email)).__typename).toBe("AuthPayload");
  });
});
