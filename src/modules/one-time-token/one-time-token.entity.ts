import { Entity, Enum, Index, ManyToOne, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import { User } from "../user/user.entity.js";

/** What a one-time token is good for. It is good for nothing else. */
export enum TokenPurpose {
  RESET_PASSWORD = "RESET_PASSWORD",
  VERIFY_EMAIL = "VERIFY_EMAIL",
  CHANGE_EMAIL = "CHANGE_EMAIL",
  CONFIRM_SIGNUP = "CONFIRM_SIGNUP",
}

export interface NewOneTimeToken {
  readonly id: string;
  readonly purpose: TokenPurpose;
  readonly user: User | null;
  readonly email: string;
  readonly expiresAt: Date;
}

/**
 * A link that was put into a mail. As with sessions, the token in it is a signed statement, "one-time token T", and
 * neither it nor its hash is stored: this row says whom it concerns and whether it was spent.
 */
@Entity({ tableName: "one_time_tokens" })
export class OneTimeToken {
  @PrimaryKey({ type: "uuid" })
  id: string;

  @Enum({ items: () => TokenPurpose })
  purpose: TokenPurpose;

  /** Whose account it concerns; null where the account begins with it. */
  @ManyToOne(() => User, { nullable: true, deleteRule: "cascade" })
  @Index({ name: "one_time_tokens_user_id_index" })
  user: User | null;

  /** The address that it was sent to, and that following it proves. */
  @Property({ type: "text" })
  email: string;

  @Property({ type: Date, length: 3 })
  @Index({ name: "one_time_tokens_expires_at_index" })
  expiresAt: Date;

  @Property({ type: Date, length: 3, nullable: true })
  usedAt: Date | null = null;

  constructor(token: NewOneTimeToken) {
    this.id = token.id;
    this.purpose = token.purpose;
    this.user = token.user;
    this.email = token.email;
    this.expiresAt = token.expiresAt;
  }
}
