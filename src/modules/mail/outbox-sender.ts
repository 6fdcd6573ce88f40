import { once } from "node:events";
import type { EntityManager } from "@mikro-orm/core";
import type { Logger } from "pino";
import type { Clock } from "../../lib/clock.js";
import { MailRefused, type MailTransport, type OutgoingMail } from "../../lib/mail-transport.js";
import { OutboxMail } from "./outbox-mail.entity.js";

/** Finds out what a mail has to say, at the time it is sent. Null: nothing any more. */
export type WriteMail = (em: EntityManager, mail: OutboxMail) => Promise<Omit<OutgoingMail, "id"> | null>;

interface Collaborators {
  readonly forkEntityManager: () => EntityManager;
  readonly transport: MailTransport;
  readonly writeMail: WriteMail;
  readonly logger: Pick<Logger, "info" | "warn">;
  readonly clock: Clock;
}

const AT_ONCE = 5;
const FIRST_DELAY_MS = 5000;
const MAX_DELAY_MS = 300_000;
const MAX_DOUBLINGS = 6;

/** After so long a mail tells nothing new. */
const KEPT_MS = 3 * 86_400_000;

/** Whoever took a mail and says nothing for so long is gone. Transports give up long before. */
const LEASE_MS = 120_000;

/** While stopping: for mails that are half sent. */
const STOP_PATIENCE_MS = 3000;

/** Sends what lies in the outbox, each mail once, however many instances look into it. */
export class OutboxSender {
  #sent = 0;
  #failed = 0;
  #givenUp = 0;
  readonly #underWay = new Set<Promise<void>>();
  /** Handed over, but their rows could not be deleted: not to be sent again. */
  readonly #leftovers = new Set<string>();

  constructor(private readonly deps: Collaborators) {}

  /** Since the start: mails handed over, tries that failed, mails that were never sent. */
  get counts() {
    return { sent: this.#sent, failed: this.#failed, given_up: this.#givenUp };
  }

  /** Begins to send all that is due, a few at once: one that takes long holds up nothing but itself. */
  async sendDue(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const free = AT_ONCE - this.#underWay.size;
      const due = free === 0 ? [] : await this.#findDue(free);
      for (const mail of due) await this.#beginIfFirst(mail);
      if (due.length > 0) continue;
      if (free > 0) return;
      await this.#oneDone(signal);
    }
  }

  /** What is half sent is given a moment. The rest is for another instance, or the next start. */
  async stop(): Promise<void> {
    const breakOff = setTimeout(() => this.deps.transport.close(), STOP_PATIENCE_MS);
    await Promise.all(this.#underWay);
    clearTimeout(breakOff);
    this.deps.transport.close();
  }

  async #oneDone(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const aborted = once(signal, "abort", { signal: waiting.signal }).catch(() => {});
    await Promise.race([aborted, ...this.#underWay]);
    waiting.abort();
  }

  #findDue(limit: number): Promise<OutboxMail[]> {
    return this.deps
      .forkEntityManager()
      .find(
        OutboxMail,
        { nextAttemptAt: { $lte: this.#now() } },
        { orderBy: { nextAttemptAt: "asc", id: "asc" }, limit, disableIdentityMap: true },
      );
  }

  async #beginIfFirst(mail: OutboxMail): Promise<void> {
    const em = this.deps.forkEntityManager();
    if (!(await this.#takeIfStillAt(em, mail))) return;
    const work = this.#sendAndNote(em, mail)
      .catch((error) => this.#log(mail, "what came of a mail could not be noted", error))
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #sendAndNote(em: EntityManager, mail: OutboxMail): Promise<void> {
    const taken = { id: mail.id, attempts: mail.attempts + 1 };
    try {
      if (isOutdated(mail, this.deps.clock())) throw new MailRefused("OUTDATED");
      await this.#send(em, mail);
    } catch (error) {
      if (!(error instanceof MailRefused)) {
        this.#failed += 1;
        const nextAttemptAt = new Date(this.deps.clock() + delayMs(mail.attempts));
        // Said when it is so, and also where it cannot be noted: then its lease has to end first.
        await em
          .nativeUpdate(OutboxMail, taken, { nextAttemptAt })
          .finally(() => this.#log(mail, "a mail could not be sent: it will be tried again", error));
        return;
      }
      this.#givenUp += 1;
      this.#log(mail, "a mail was given up", error);
    }
    await this.#remove(em, taken);
  }

  /** Of several instances one finds the row as it was read. */
  async #takeIfStillAt(em: EntityManager, { id, attempts }: OutboxMail): Promise<boolean> {
    const lease = { attempts: attempts + 1, nextAttemptAt: new Date(this.deps.clock() + LEASE_MS) };
    return (await em.nativeUpdate(OutboxMail, { id, attempts }, lease)) > 0;
  }

  async #send(em: EntityManager, mail: OutboxMail): Promise<void> {
    if (this.#leftovers.has(mail.id)) return;
    const written = await this.deps.writeMail(em, mail);
    if (written === null) return;
    await this.deps.transport.send({ ...written, id: mail.id });
    this.#sent += 1;
    this.deps.logger.info({ mailId: mail.id, kind: mail.kind }, "mail sent");
  }

  async #remove(em: EntityManager, taken: { readonly id: string; readonly attempts: number }): Promise<void> {
    this.#leftovers.add(taken.id);
    await em.nativeDelete(OutboxMail, taken);
    this.#leftovers.delete(taken.id);
  }

  /** Not the error as it is: servers repeat addresses in their answers. */
  #log({ id, kind, attempts }: OutboxMail, message: string, error: unknown): void {
    const reason = (error as { readonly reason?: string }).reason;
    const detail = reason === undefined ? { err: error } : { reason };
    this.deps.logger.warn({ mailId: id, kind, attempt: attempts + 1, ...detail }, message);
  }

  #now(): Date {
    return new Date(this.deps.clock());
  }
}

function isOutdated({ createdAt }: OutboxMail, now: number): boolean {
  return createdAt.getTime() + KEPT_MS <= now;
}

/** Drops what nobody gives up any more, where SMTP_URL was taken away. @returns how many */
export function pruneOutbox(em: EntityManager, clock: Clock): Promise<number> {
  return em.nativeDelete(OutboxMail, { createdAt: { $lte: new Date(clock() - 2 * KEPT_MS) } });
}

/** Longer each time, and not the same for all that failed together. */
function delayMs(attempts: number): number {
  const longest = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempts, MAX_DOUBLINGS));
  return longest * (0.75 + Math.random() / 2);
}
