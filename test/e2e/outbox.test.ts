import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../support/eventually.js";
import { newEmail, PASSWORD, signedUp, signup } from "../support/journeys.js";
import { openMailbox, resetPassword, result, startWithMailbox, tokenOf } from "../support/mail-journeys.js";
import type { Mailbox, Misbehaviour } from "../support/mailbox.js";
import { emptied, mailLines, waiting, waitingAfter } from "../support/outbox-watch.js";
import { SecretWatch } from "../support/secret-watch.js";
import type { TestApp } from "../support/test-app.js";

/** Requests are answered within it, also on a machine that is busy. */
const PATIENCE = { connectMs: 3000, silenceMs: 3000, totalMs: 3000 };
const HOUR = 3600;
const DAY = 24 * HOUR;

const askForReset = (app: TestApp, email: string) => result(app, "requestPasswordReset", { email });

/** A mail without a link: its owner is told that somebody tried to sign up. */
const tellOwner = (app: TestApp, email: string) => signup(app, { email });

/** From now on nothing listens there. */
async function goAway(mailbox: Mailbox): Promise<{ comeBack(): Promise<Mailbox> }> {
  await mailbox.close();
  return { comeBack: () => openMailbox({ port: Number(new URL(mailbox.url).port) }) };
}

describe("54: a mail server that is not well", () => {
  async function answersOf(app: TestApp, email: string) {
    return [
      (await signup(app, { email })).__typename,
      await askForReset(app, email),
      await result(app, "requestEmailVerification", { email }),
    ];
  }

  test.each<[Misbehaviour, number]>([
    ["NEVER_GREET", 0],
    ["NEVER_ANSWER_DATA", 3],
    ["FAIL_FOR_NOW", 0],
  ])("%s: it keeps nobody waiting, and each mail arrives when it is well again", async (how, received) => {
    const { app, mailbox } = await startWithMailbox({}, PATIENCE);
    mailbox.misbehave(how);
    const email = newEmail();
    expect(await answersOf(app, email)).toEqual(["AuthPayload", true, true]);
    if (how !== "FAIL_FOR_NOW") expect(mailLines(app)).toEqual([]);
    await expectOneOfEach(app, mailbox, { email, received });
  });

  test("not there: it keeps nobody waiting, and each mail arrives when it is back", async () => {
    const { app, mailbox } = await startWithMailbox();
    const { comeBack } = await goAway(mailbox);
    const email = newEmail();
    expect(await answersOf(app, email)).toEqual(["AuthPayload", true, true]);
    await expectOneOfEach(app, comeBack, { email, received: 0 });
  });

  /** Three mails were tried in vain. From now on all is well. */
  async function expectOneOfEach(
    app: TestApp,
    where: Mailbox | (() => Promise<Mailbox>),
    { email, received }: { readonly email: string; readonly received: number },
  ): Promise<void> {
    await eventually(() => (mailLines(app, /tried again/).length >= 3 ? true : undefined));
    const mailbox = typeof where === "function" ? await where() : where;
    mailbox.misbehave(null);
    const before = mailbox.mails(email).map(({ messageId }) => messageId);
    expect(before).toHaveLength(received);
    app.advanceSeconds(10);
    await emptied(app);
    const mails = mailbox.mails(email).slice(received);
    expect(mails.map(({ link }) => new URL(link).pathname).sort()).toEqual([
      "/reset-password",
      "/verify-email",
      "/verify-email",
    ]);
    const ids = mails.map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(3);
    // What was received and not acknowledged comes again as the same.
    if (received > 0) expect([...ids].sort()).toEqual([...before].sort());
    const reset = mails.find(({ link }) => link.includes("/reset-password?")) ?? { link: "" };
    expect(await resetPassword(app, tokenOf(reset), `${PASSWORD} 2`)).toMatchObject({
      __typename: "PasswordChanged",
    });
  }

  test("is asked again and again, less and less often", async () => {
    const { app, mailbox } = await startWithMailbox();
    const { email } = await signedUp(app);
    await mailbox.next(email);
    mailbox.misbehave("FAIL_FOR_NOW");
    await askForReset(app, email);
    for (const [index, seconds] of [5, 10, 20, 40, 80, 160, 300, 300].entries()) {
      const { nextAttemptAt } = await waitingAfter(app, index + 1);
      const wait = (nextAttemptAt.getTime() - app.now) / 1000;
      expect(wait).toBeGreaterThan(0.75 * seconds - 3);
      expect(wait).toBeLessThanOrEqual(1.25 * seconds);
      // Half-way it is not asked yet.
      if (seconds >= 20) {
        app.advanceSeconds(wait / 2);
        await delay(100);
        expect(mailLines(app, /tried again/)).toHaveLength(index + 1);
      }
      app.advanceSeconds(wait);
    }
    await waitingAfter(app, 9);
    mailbox.misbehave(null);
    app.advanceSeconds(400);
    await emptied(app);
    app.advanceSeconds(DAY);
    await delay(100);
    expect(mailbox.mails(email)).toHaveLength(2);
    expect(mailLines(app, /tried again/).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("has a mail and does not say so: it gets it once more, and can tell by the Message-ID", async () => {
    const { app, mailbox } = await startWithMailbox();
    mailbox.misbehave("DROP_AFTER_DATA");
    const { email } = await signedUp(app);
    await waitingAfter(app, 1);
    mailbox.misbehave(null);
    app.advanceSeconds(10);
    await emptied(app);
    const [first, second, ...others] = mailbox.mails(email);
    expect(second?.messageId).toBe(first?.messageId);
    expect(second?.link).toBe(first?.link);
    expect(others).toEqual([]);
  });
});

describe("54: a mail that is not sent", () => {
  test("was refused for good: it is not tried again, and the log does not say whose it was", async () => {
    const { app, mailbox } = await startWithMailbox();
    mailbox.misbehave("REFUSE_RECIPIENT");
    const { email } = await signedUp(app);
    await emptied(app);
    expect(mailLines(app)).toEqual([
      expect.objectContaining({
        level: "warn",
        msg: "a mail was given up",
        kind: "VERIFY_EMAIL",
        attempt: 1,
        reason: "EENVELOPE RCPT TO 550 5.1.1",
      }),
    ]);
    expect(new SecretWatch(email).findIn(app.logLines)).toEqual([]);
  });

  test("found nobody for three days", async () => {
    const { app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "off" });
    const { email } = await signedUp(app);
    mailbox.misbehave("FAIL_FOR_NOW");
    await tellOwner(app, email);
    await waitingAfter(app, 1);
    app.advanceSeconds(3 * DAY - 60);
    await waitingAfter(app, 2);
    app.advanceSeconds(70);
    await emptied(app);
    expect(mailLines(app).map(({ msg }) => msg)).toEqual([
      "a mail could not be sent: it will be tried again",
      "a mail could not be sent: it will be tried again",
      "a mail was given up",
    ]);
    expect(new SecretWatch(email).findIn(app.logLines)).toEqual([]);
  });

  test.each([
    ["requestPasswordReset", HOUR],
    ["requestEmailVerification", DAY],
  ] as const)("has a link that expired in the meantime: of %s", async (operation, seconds) => {
    const { app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "optional" });
    const { email } = await signedUp(app);
    await mailbox.next(email);
    mailbox.misbehave("FAIL_FOR_NOW");
    await result(app, operation, { email });
    await waitingAfter(app, 1);
    mailbox.misbehave(null);
    app.advanceSeconds(seconds);
    await emptied(app);
    expect(mailbox.mails(email)).toHaveLength(1);
    // What has no link is told, however late.
    mailbox.misbehave("FAIL_FOR_NOW");
    await tellOwner(app, email);
    await waitingAfter(app, 2);
    mailbox.misbehave(null);
    app.advanceSeconds(seconds);
    expect((await mailbox.next(email)).subject).toMatch(/already have an account/);
  });

  test("tells of what was rolled back", async () => {
    const { app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "optional" });
    // The session comes after the mail, in the same transaction.
    await app.execute("alter table sessions rename column user_agent to user_agent_away");
    const [lost, kept] = [newEmail(), newEmail()];
    expect(await signup(app, { email: lost }).catch(() => "failed")).toBe("failed");
    expect(app.statements.some((sql) => /insert into .outbox_mails/.test(sql))).toBe(true);
    expect(await waiting(app)).toEqual([]);
    await app.execute("alter table sessions rename column user_agent_away to user_agent");
    await signedUp(app, { email: kept });
    await mailbox.next(kept);
    expect(mailbox.received).toBe(1);
  });
});
