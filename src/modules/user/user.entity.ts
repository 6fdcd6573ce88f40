import { Entity, Enum, Index, PrimaryKey, Property, Unique } from "@mikro-orm/decorators/legacy";
import { BYTEWISE } from "../../lib/bytewise.js";
import type { EmailAddress } from "../../lib/email-address.js";
import { normalizeName } from "../../lib/name.js";
import { normalizeUsername } from "../../lib/username.js";
import { newId } from "../../lib/uuid.js";
import { Role, UserStatus } from "./user.types.js";

export interface NewAccount {
  readonly email: EmailAddress;
  readonly username: string | null;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly emailVerified: boolean;
  /** Whether the signup is a login, too. */
  readonly isLoggedIn: boolean;
  readonly now: Date;
}

/** An account as it is stored. What GraphQL shows of it is a {@link UserView}. */
@Entity({ tableName: "users" })
@Index({ name: "users_created_at_index", properties: ["createdAt", "id"] })
@Index({ name: "users_name_normalized_index", properties: ["nameNormalized", "id"] })
@Index({ name: "users_email_verified_index", properties: ["emailVerified", "createdAt", "id"] })
// Of those who are few, only them: an account that is like most others is in none of these.
@Index({ name: "users_admins_index", properties: ["createdAt", "id"], where: "role = 'ADMIN'" })
@Index({ name: "users_disabled_index", properties: ["createdAt", "id"], where: "status = 'DISABLED'" })
@Index({
  name: "users_foreign_password_hash_index",
  properties: ["passwordHash"],
  where: "password_hash < '$argon2id$' or password_hash > '$argon2id$~'",
})
export class User {
  @PrimaryKey({ type: "uuid" })
  id: string = newId();

  @Property({ type: "text" })
  email: string;

  /** What uniqueness and look-up go by; see lib/email-address. */
  @Property({ type: "text", collation: BYTEWISE })
  @Unique({ name: "users_email_normalized_unique" })
  emailNormalized: string;

  @Property({ type: "boolean" })
  emailVerified: boolean;

  @Property({ type: "text", nullable: true })
  username: string | null = null;

  @Property({ type: "text", nullable: true, collation: BYTEWISE })
  @Unique({ name: "users_username_normalized_unique" })
  usernameNormalized: string | null = null;

  @Property({ type: "text", nullable: true })
  name: string | null = null;

  /** What a search for the beginning of a name goes by. */
  @Property({ type: "text", nullable: true, collation: BYTEWISE })
  nameNormalized: string | null = null;

  @Property({ type: "text", nullable: true })
  picture: string | null = null;

  @Property({ type: "text", nullable: true })
  phoneNumber: string | null = null;

  @Property({ type: "text", nullable: true })
  gender: string | null = null;

  @Property({ type: "text", nullable: true })
  locale: string | null = null;

  @Enum({ items: () => Role })
  role: Role = Role.USER;

  @Enum({ items: () => UserStatus })
  status: UserStatus = UserStatus.ACTIVE;

  /** A PHC string; null for an account that logs in by other means only. Never a GraphQL field. */
  @Property({ type: "text", nullable: true, hidden: true, collation: BYTEWISE })
  passwordHash: string | null;

  @Property({ type: "boolean" })
  totpEnabled: boolean = false;

  @Property({ type: Date, length: 3 })
  createdAt: Date;

  @Property({ type: Date, length: 3 })
  updatedAt: Date;

  @Property({ type: Date, length: 3, nullable: true })
  lastLoginAt: Date | null;

  constructor(account: NewAccount) {
    this.email = account.email.address;
    this.emailNormalized = account.email.normalized;
    this.username = account.username;
    this.name = account.name;
    this.normalizeNames();
    this.passwordHash = account.passwordHash;
    this.emailVerified = account.emailVerified;
    this.createdAt = account.now;
    this.updatedAt = account.now;
    this.lastLoginAt = account.isLoggedIn ? account.now : null;
  }

  /** To be called whenever one of the names was changed: look-up and search go by what is made of them. */
  normalizeNames(): void {
    this.usernameNormalized = this.username === null ? null : normalizeUsername(this.username);
    this.nameNormalized = this.name === null ? null : normalizeName(this.name);
  }

  /** By a link in a mail, which proves the address, too. */
  setPasswordByMail(passwordHash: string, now: Date): void {
    this.passwordHash = passwordHash;
    if (this.emailVerified) return;
    this.emailVerified = true;
    this.updatedAt = now;
  }

  /** To one that its owner has proved to receive mail at. */
  setVerifiedEmail(email: EmailAddress, now: Date): void {
    this.email = email.address;
    this.emailNormalized = email.normalized;
    this.emailVerified = true;
    this.updatedAt = now;
  }
}
