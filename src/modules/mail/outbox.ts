import type { EntityManager } from "@mikro-orm/core";
import type { WriteContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { describeClient } from "../../lib/device.js";
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

interface Notice extends Pick<MailFacts, "newEmail"> {
  readonly kind: MailKind;
}

/** Where an administrator is, and with what, is nothing to tell. */
const BY_ADMINS: ReadonlySet<MailKind> = new Set(["ACCOUNT_DELETED_BY_ADMIN", "TOTP_DISABLED_BY_ADMIN"]);

/** The notice of its end must outlive the account. */
const OUTLIVING: ReadonlySet<MailKind> = new Set(["ACCOUNT_DELETED", "ACCOUNT_DELETED_BY_ADMIN"]);

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

  /** Tells the owner what has happened to their account, and from what device and address. */
  notify(
    { em, client }: WriteContext,
    user: Pick<User, "id" | "email" | "locale">,
    { kind, ...facts }: Notice,
  ): Promise<void> {
    const told = BY_ADMINS.has(kind) ? facts : { ...facts, client: describeClient(client) };
    const userId = OUTLIVING.has(kind) ? null : user.id;
    return this.put(em, { kind, recipient: user.email, userId, locale: user.locale, facts: told });
  }

  async put(em: EntityManager, mail: MailToAddress): Promise<void> {
    if (!this.isOpen) return;
    const { kind, recipient, id = newId(), userId: user = null, locale = null, facts = {} } = mail;
    const now = new Date(this.clock());
    const times = { createdAt: now, attempts: 0, nextAttemptAt: now };
    await em.insert(OutboxMail, { id, kind, recipient, user, locale, facts, ...times });
  }
}
