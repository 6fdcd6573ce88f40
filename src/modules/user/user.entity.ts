import { Entity, Enum, PrimaryKey, Property, Unique } from "@mikro-orm/decorators/legacy";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import type { EmailAddress } from "../../lib/email-address.js";
import { normalizeUsername } from "../../lib/username.js";
import { newId } from "../../lib/uuid.js";
import { Role, UserStatus } from "./user.types.js";

export interface NewAccount {
  readonly email: EmailAddress;
  readonly username: string | null;
  readonly name: string | null;
  readonly passwordHash: string | null;
  readonly now: Date;
}

@ObjectType({ description: "An account: who the person is, what they may do, and where they are logged in." })
@Entity({ tableName: "users" })
export class User {
  @Field(() => ID, { description: "Stable and opaque. The `sub` claim of this user's access tokens." })
  @PrimaryKey({ type: "uuid" })
  id: string = newId();

  @Field({ description: "The address as its owner wrote it. Log in with it in any letter case." })
  @Property({ type: "text" })
  email: string;

  /** What uniqueness and look-up go by; see lib/email-address. */
  @Property({ type: "text" })
  @Unique({ name: "users_email_normalized_unique" })
  emailNormalized: string;

  @Field({ description: "Whether the owner has shown that mail to `email` reaches them." })
  @Property({ type: "boolean" })
  emailVerified: boolean = false;

  @Field(() => String, { nullable: true, description: "A unique name to log in with, besides the address." })
  @Property({ type: "text", nullable: true })
  username: string | null = null;

  @Property({ type: "text", nullable: true })
  @Unique({ name: "users_username_normalized_unique" })
  usernameNormalized: string | null = null;

  @Field(() => String, { nullable: true, description: "Full name for display (OIDC `name`)." })
  @Property({ type: "text", nullable: true })
  name: string | null = null;

  @Field(() => String, { nullable: true, description: "URL of a profile picture (OIDC `picture`)." })
  @Property({ type: "text", nullable: true })
  picture: string | null = null;

  @Field(() => String, {
    nullable: true,
    description: "Telephone number, E.164 advised (OIDC `phone_number`).",
  })
  @Property({ type: "text", nullable: true })
  phoneNumber: string | null = null;

  @Field(() => String, { nullable: true, description: "Gender in the person's own words (OIDC `gender`)." })
  @Property({ type: "text", nullable: true })
  gender: string | null = null;

  @Field(() => String, { nullable: true, description: "Language for mails, a BCP 47 tag (OIDC `locale`)." })
  @Property({ type: "text", nullable: true })
  locale: string | null = null;

  @Field(() => Role, { description: "What the user may do. Changes take effect on the next request." })
  @Enum({ items: () => Role })
  role: Role = Role.USER;

  @Field(() => UserStatus, { description: "Whether the user may log in at all." })
  @Enum({ items: () => UserStatus })
  status: UserStatus = UserStatus.ACTIVE;

  /** A PHC string; null for an account that logs in by other means only. Never a GraphQL field. */
  @Property({ type: "text", nullable: true, hidden: true })
  passwordHash: string | null;

  @Field({ description: "Whether a code from an authenticator app is asked for at login." })
  @Property({ type: "boolean" })
  totpEnabled: boolean = false;

  @Field(() => GraphQLDateTime, { description: "When the account was made." })
  @Property({ type: "datetime" })
  createdAt: Date;

  @Field(() => GraphQLDateTime, { description: "When the profile, role or status last changed." })
  @Property({ type: "datetime" })
  updatedAt: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: "The latest login; refreshing is none." })
  @Property({ type: "datetime", nullable: true })
  lastLoginAt: Date | null = null;

  constructor(account: NewAccount) {
    this.email = account.email.address;
    this.emailNormalized = account.email.normalized;
    this.username = account.username;
    this.usernameNormalized = account.username === null ? null : normalizeUsername(account.username);
    this.name = account.name;
    this.passwordHash = account.passwordHash;
    this.createdAt = account.now;
    this.updatedAt = account.now;
    this.lastLoginAt = account.now;
  }

  @Field({ description: "Whether the account can log in with a password." })
  get hasPassword(): boolean {
    return this.passwordHash !== null;
  }
}
