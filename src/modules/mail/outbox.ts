import type { EntityManager } from "@mikro-orm/core";
import type { Clock } from "../../lib/clock.js";
import { newId } from "../../lib/uuid.js";
import type { User } from "../user/user.entity.js";
import type { MailKind } from "./mail-content.js";
import { type MailFacts, OutboxMail } from "./outbox-mail.entity.js";

interface MailToAddress {
  readonly kind: MailKind;
  readonly recipient: string;
  /** Where something else goes by the same. */
  readonly id?: string;
  /** Whose account it is about, where that is known already. */
  readonly userId?: string | null;
  readonly locale?: string | null;
  readonly facts?: MailFacts;
}

/**
 * Mails leave after the commit of what they tell, by way of a table: a mail server that is slow or away holds nobody
 * up, and what was committed is told, whatever happens to this process.
 */
export class Outbox {
  /** @param isOpen false where there is nobody to carry mails: they would lie there for ever */
  constructor(
    readonly isOpen: boolean,
    private readonly clock: Clock,
  ) {}

  /** Tells the owner what has happened to their account. */
  notify(em: EntityManager, user: User, notice: { readonly kind: MailKind } & MailFacts): Promise<void> {
    const { kind, ...facts } = notice;
    // The notice of its end must outlive the account.
    const userId = kind === "ACCOUNT_DELETED" || kind === "ACCOUNT_DELETED_BY_ADMIN" ? null : user.id;
    return this.put(em, { kind, recipient: user.email, userId, locale: user.locale, facts });
  }

  async put(em: EntityManager, mail: MailToAddress): Promise<void> {
    if (!this.isOpen) return;
    const { kind, recipient, id = newId(), userId: user = null, locale = null, facts = {} } = mail;
    const now = new Date(this.clock());
    const times = { createdAt: now, attempts: 0, nextAttemptAt: now };
    await em.insert(OutboxMail, { id, kind, recipient, user, locale, facts, ...times });
  }
}
