import { OutboxMail } from "../../src/modules/mail/outbox-mail.entity.js";
import { eventually } from "./eventually.js";
import type { TestApp } from "./test-app.js";

interface MailLine {
  readonly mailId: string;
  readonly kind: string;
  readonly msg: string;
  readonly attempt?: number;
  readonly reason?: string;
}

/** What an instance has logged of mails, in order. */
export function mailLines(app: TestApp, msg?: RegExp): readonly MailLine[] {
  const lines = app.logLines.filter((line) => line.includes('"mailId"')).map((line) => JSON.parse(line));
  return lines.filter((line) => msg?.test(line.msg) ?? true);
}

export const waiting = (app: TestApp): Promise<OutboxMail[]> => app.orm.em.fork().find(OutboxMail, {});

/** How many mails of a kind wait for a user. */
export async function countNotices(app: TestApp, userId: string, kind: string): Promise<number> {
  return (await waiting(app)).filter((mail) => mail.user?.id === userId && mail.kind === kind).length;
}

/** Until nothing is left to send. */
export const emptied = (app: TestApp): Promise<true> =>
  eventually(async () => ((await waiting(app)).length === 0 ? true : undefined));

/** The only mail there is, once that many tries have failed. */
export async function waitingAfter(app: TestApp, attempts: number): Promise<OutboxMail> {
  await eventually(() => (mailLines(app, /tried again/).length === attempts ? true : undefined));
  const [mail, ...others] = await waiting(app);
  if (mail === undefined || others.length > 0) throw new Error(`${others.length} others wait`);
  return mail;
}
