import { setTimeout as delay } from "node:timers/promises";
import type { MailTransport, OutgoingMail } from "../../src/lib/mail-transport.js";
import { eventually } from "../support/eventually.js";
import { newEmail, PASSWORD, signedUp, signup } from "../support/journeys.js";
import {
  ask,
  openMailbox,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import { emptied, mailLines, waiting } from "../support/outbox-watch.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

/** Each mail takes a while: nobody can send them all before the others have looked. */
const ANSWER_MS = 50;

const PEOPLE = 40;
const MAILS = 3 * PEOPLE;

/** What people ask for while nobody sends mails. */
async function fillOutbox(app: TestApp): Promise<void> {
  const work = Array.from({ length: PEOPLE }, async () => {
    const { email } = await signedUp(app);
    for (const operation of ["requestPasswordReset", "requestEmailVerification"] as const) {
      expect((await ask(app, operation, { email })).body.data.result).toBe(true);
    }
  });
  await Promise.all(work);
  expect(await waiting(app)).toHaveLength(MAILS);
}

describe("54: several instances over one database", () => {
  test("send each of many mails once, and share the work", async () => {
    const allHaveStarted = Promise.withResolvers<void>();
    const mailbox = await openMailbox({
      onMailFrom: async (_address, _session, answer) => {
        await allHaveStarted.promise;
        await delay(ANSWER_MS);
        answer();
      },
    });
    const quiet = await TestApp.startDurable({ HASH_QUEUE: "1000" });
    await fillOutbox(quiet);
    const senders = Array.from({ length: 3 }, () => quiet.startAnother({ SMTP_URL: mailbox.url }));
    const apps = await Promise.all(senders);
    allHaveStarted.resolve();
    await emptied(quiet);
    // What one of them may have under way still is waited for.
    await Promise.all(apps.map((app) => app.close()));
    const sentBy = apps.map((app) => mailLines(app, /^mail sent$/).map(({ mailId }) => mailId));
    const ids = sentBy.flat();
    expect(mailbox.received).toBe(MAILS);
    expect(ids).toHaveLength(MAILS);
    expect(new Set(ids).size).toBe(MAILS);
    for (const sent of sentBy) expect(sent.length).toBeGreaterThan(MAILS / 10);
    expect(apps.flatMap((app) => app.logLines).filter((line) => line.includes('"warn"'))).toEqual([]);
  });

  test("one that took a mail and says nothing more is followed by another, and disturbs it no more", async () => {
    const hanging = new HangingTransport();
    const app = await TestApp.startDurable({ SMTP_URL: "smtp://127.0.0.1:1" }, { mailTransport: hanging });
    const { email } = await signedUp(app);
    await eventually(() => (hanging.mails.length > 0 ? true : undefined));
    const mailbox = await openMailbox();
    const other = await app.startAnother({ SMTP_URL: mailbox.url });
    other.advanceSeconds(90);
    await delay(100);
    expect(mailbox.received).toBe(0);
    mailbox.misbehave("FAIL_FOR_NOW");
    other.advanceSeconds(40);
    await eventually(() => (mailLines(other, /tried again/).length === 1 ? true : undefined));
    const agreed = await leasedUntil(other);
    hanging.close();
    await eventually(() => (mailLines(app, /tried again/).length === 1 ? true : undefined));
    expect(await leasedUntil(other)).toBe(agreed);
    mailbox.misbehave(null);
    other.advanceSeconds(10);
    expect((await mailbox.next(email)).messageId).toBe(`<${hanging.mails[0]?.id}@latchkey.test>`);
    await emptied(other);
  });

  const leasedUntil = async (app: TestApp) => (await waiting(app))[0]?.nextAttemptAt.getTime() ?? 0;
});

describe("54: a mail goes out once", () => {
  test("also where its row cannot be deleted afterwards", async () => {
    const { app, mailbox } = await startWithMailbox();
    await app.execute(isPostgresql ? REFUSE_DELETES.postgresql : REFUSE_DELETES.sqlite);
    const { email } = await signedUp(app);
    await mailbox.next(email);
    await eventually(() => (/could not be noted/.test(app.logLines.join("")) ? true : undefined));
    await app.execute(`drop trigger refuse_deletes${isPostgresql ? " on outbox_mails" : ""}`);
    expect(await waiting(app)).toHaveLength(1);
    app.advanceSeconds(130);
    await emptied(app);
    expect(mailbox.received).toBe(1);
  });

  test("and one that takes long holds up no other", async () => {
    const arrived: string[] = [];
    const slow = newEmail();
    const hanging = Promise.withResolvers<void>();
    const mailTransport: MailTransport = {
      send: ({ to }) => (to === slow ? hanging.promise : Promise.resolve(void arrived.push(to))),
      close: () => hanging.reject(new Error("broken off")),
    };
    const app = await TestApp.startDurable({}, { mailTransport });
    const emails = [slow, ...Array.from({ length: 20 }, newEmail)];
    for (const email of emails) await signedUp(app, { email });
    // A row is deleted a moment after its mail has left.
    const left = await eventually(async () => {
      const mails = await waiting(app);
      return mails.length === 1 ? mails : undefined;
    });
    expect(left).toMatchObject([{ recipient: slow }]);
    expect(new Set(arrived)).toEqual(new Set(emails.slice(1)));
    expect(arrived).toHaveLength(20);
  });

  test("asking again while the mail of a signup has not left gets the same link, with nothing failing", async () => {
    const required = { EMAIL_VERIFICATION: "required" };
    const quiet = await TestApp.startDurable(required);
    const emails = Array.from({ length: 5 }, newEmail);
    for (const email of emails) {
      await signup(quiet, { email });
      await result(quiet, "requestEmailVerification", { email });
    }
    const mailbox = await openMailbox();
    const app = await quiet.startAnother({ ...required, SMTP_URL: mailbox.url });
    for (const email of emails) {
      const [one, other] = [await mailbox.next(email), await mailbox.next(email)];
      expect(one.link).toBe(other.link);
      expect(await verifyEmail(app, tokenOf(one))).toMatchObject({ email });
    }
    expect(mailLines(app, /tried again/)).toEqual([]);
  });
});

describe("54: stopping while the mail server hangs", () => {
  test("ends in time, and the next start sends what was under way", async () => {
    const { app, mailbox } = await startWithMailbox();
    mailbox.misbehave("NEVER_ANSWER_DATA");
    const { email } = await signedUp(app, { password: PASSWORD });
    const hanging = await mailbox.next(email);
    const start = performance.now();
    await app.close();
    // Of the grace, which is 10 s by default.
    expect(performance.now() - start).toBeLessThan(8000);
    mailbox.misbehave(null);
    const next = await app.startAnother({ SMTP_URL: mailbox.url });
    next.advanceSeconds(10);
    expect((await mailbox.next(email)).messageId).toBe(hanging.messageId);
    await emptied(next);
    expect(mailbox.received).toBe(2);
  });
});

/** Takes a mail and says nothing, until it is closed. */
class HangingTransport implements MailTransport {
  readonly mails: OutgoingMail[] = [];
  readonly #closed = Promise.withResolvers<never>();

  send(mail: OutgoingMail): Promise<never> {
    this.mails.push(mail);
    return this.#closed.promise;
  }

  close(): void {
    this.#closed.reject(new Error("closed"));
  }
}

const REFUSE_DELETES = {
  sqlite: `create trigger refuse_deletes before delete on outbox_mails begin select raise(abort, 'not now'); end`,
  postgresql: `
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
    create trigger refuse_deletes before delete on outbox_mails for each row execute function refuse()`,
};
