import { Entity, Index, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/**
 * A signup that waits for its address to be verified, with EMAIL_VERIFICATION=required. There is no account yet: any number
 * of people may wait for the same address or username, also one that is taken, and none of them can tell.
 *
 * The password belongs to the signup, not to the address: following a link lets in whoever asked for that link.
 */
@Entity({ tableName: "pending_signups" })
export class PendingSignup {
  /** Also that of the mail with the link and of its one-time token. */
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Property({ type: "text" })
  email!: string;

  @Property({ type: "text" })
  @Index({ name: "pending_signups_email_normalized_index" })
  emailNormalized!: string;

  @Property({ type: "text", nullable: true })
  username!: string | null;

  @Property({ type: "text", nullable: true })
  @Index({ name: "pending_signups_username_normalized_index" })
  usernameNormalized!: string | null;

  @Property({ type: "text", nullable: true })
  name!: string | null;

  @Property({ type: "text", hidden: true })
  passwordHash!: string;

  @Property({ type: Date, length: 3 })
  @Index({ name: "pending_signups_created_at_index" })
  createdAt!: Date;
}
