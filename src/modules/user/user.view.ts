import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { Open, Personal } from "../../lib/field-access.js";
import type { User } from "./user.entity.js";
import { Role, UserStatus } from "./user.types.js";

/** A user as GraphQL shows them. Apart from the entity, so that what is stored never shows by accident. */
@ObjectType("User", {
  description: "An account: who the person is, what they may do, and where they are logged in.",
})
export class UserView {
  @Open()
  @Field(() => ID, { description: "Stable and opaque. The `sub` claim of this user's access tokens." })
  readonly id!: string;

  @Personal()
  @Field({ description: "The address as its owner wrote it. Log in with it in any letter case." })
  readonly email!: string;

  @Personal()
  @Field({ description: "Whether the owner has confirmed that they receive mail at `email`." })
  readonly emailVerified!: boolean;

  @Open()
  @Field(() => String, { nullable: true, description: "A unique name to log in with, besides the address." })
  readonly username!: string | null;

  @Open()
  @Field(() => String, { nullable: true, description: "Full name for display (OIDC `name`)." })
  readonly name!: string | null;

  @Open()
  @Field(() => String, { nullable: true, description: "URL of a profile picture (OIDC `picture`)." })
  readonly picture!: string | null;

  @Personal()
  @Field(() => String, {
    nullable: true,
    description: "Telephone number, E.164 advised (OIDC `phone_number`).",
  })
  readonly phoneNumber!: string | null;

  @Open()
  @Field(() => String, { nullable: true, description: "Gender in the person's own words (OIDC `gender`)." })
  readonly gender!: string | null;

  @Open()
  @Field(() => String, { nullable: true, description: "Language for mails, a BCP 47 tag (OIDC `locale`)." })
  readonly locale!: string | null;

  @Open()
  @Field(() => Role, { description: "What the user may do. Changes take effect on the next request." })
  readonly role!: Role;

  @Open()
  @Field(() => UserStatus, { description: "Whether the user may log in at all." })
  readonly status!: UserStatus;

  @Personal()
  @Field({ description: "Whether the account can log in with a password." })
  readonly hasPassword!: boolean;

  @Personal()
  @Field({ description: "Whether a second factor is on: a code is asked for after the password." })
  readonly totpEnabled!: boolean;

  @Open()
  @Field(() => GraphQLDateTime, { description: "When the account was made." })
  readonly createdAt!: Date;

  @Open()
  @Field(() => GraphQLDateTime, { description: "When the profile, role or status last changed." })
  readonly updatedAt!: Date;

  @Open()
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When the user last logged in; refreshing does not count.",
  })
  readonly lastLoginAt!: Date | null;

  constructor(user: UserView) {
    Object.assign(this, user);
  }

  static of(user: User): UserView {
    return new UserView({
      id: user.id,
      email: user.email,
      emailVerified: user.emailVerified,
      username: user.username,
      name: user.name,
      picture: user.picture,
      phoneNumber: user.phoneNumber,
      gender: user.gender,
      locale: user.locale,
      role: user.role,
      status: user.status,
      hasPassword: user.passwordHash !== null,
      totpEnabled: user.totpEnabled,
      createdAt: user.createdAt,
      updatedAt: user.updatedAt,
      lastLoginAt: user.lastLoginAt,
    });
  }
}
