import { Entity, Index, ManyToOne, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { ClientInfo } from "../../lib/client-info.js";
import { User } from "../user/user.entity.js";
import type { MailKind, NoticedClient } from "./mail-content.js";

/** What a mail says beyond its kind and time. */
export interface MailFacts {
  readonly client?: NoticedClient;
  readonly newEmail?: string;
  /** Who asked for it without a login: told to nobody but the log of the account, if there is one. */
  readonly requestedFrom?: ClientInfo;
}

/**
 * A mail that is to be sent. What it will say is found out when it is written: whether there is an account at all,
 * so that asking takes the same whether there is one; and its link, so that none is stored.
 */
@Entity({ tableName: "outbox_mails" })
export class OutboxMail {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  kind!: MailKind;

  /** As it was given. */
  @Property({ type: "text" })
  recipient!: string;

  /** Whose account it is about, where that is known: it goes with them. */
  @ManyToOne(() => User, { nullable: true, deleteRule: "cascade" })
  @Index({ name: "outbox_mails_user_id_index" })
  user!: User | null;

  /** Where it cannot be asked of the user when it is written. */
  @Property({ type: "text", nullable: true })
  locale!: string | null;

  @Property({ type: "json" })
  facts!: MailFacts;

  @Property({ type: Date, length: 3 })
  createdAt!: Date;

  /** How often somebody took it to send it. Whoever takes it moves it on by one: nobody else has it then. */
  @Property({ type: "integer" })
  attempts!: number;

  /** Not before. While somebody is at it, when others may take it to be lost. */
  @Property({ type: Date, length: 3 })
  @Index({ name: "outbox_mails_next_attempt_at_index" })
  nextAttemptAt!: Date;
}
