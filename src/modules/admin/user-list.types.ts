import { GraphQLDateTime } from "graphql-scalars";
import { Field, InputType, ObjectType } from "type-graphql";
import { connectionOf } from "../paging/paging.types.js";
import { Role, UserStatus } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";

@InputType({ description: "Which users to list: those that meet every condition given." })
export class UserFilter {
  @Field(() => String, {
    nullable: true,
    description:
      "What the address, username or name begins with, in any letter case. Those found by their address come first, in its " +
      "order, then those by username, then those by name. Blank is as if left out. A page looks at some thousand users: " +
      "where few of them are not listed before and meet the other conditions, it is cut short: it has fewer than asked " +
      "for, or none, and still a next one, by `hasNextPage` and `endCursor`.",
  })
  readonly search?: string | null;

  @Field(() => Role, { nullable: true, description: "Users with this role." })
  readonly role?: Role | null;

  @Field(() => UserStatus, { nullable: true, description: "Users with this status." })
  readonly status?: UserStatus | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Users who have confirmed their address, or those who have not.",
  })
  readonly emailVerified?: boolean | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "Users whose account was made at this time or later.",
  })
  readonly createdAfter?: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "Users whose account was made before this time, itself left out: the days from 00:00 to 00:00 neither overlap nor " +
      "leave a gap.",
  })
  readonly createdBefore?: Date | null;
}

@ObjectType({ description: "A page of users." })
export class UserConnection extends connectionOf(UserView, "User") {
  /** What `totalCount` counts. */
  readonly filter!: UserFilter;

  constructor(connection: Omit<UserConnection, "totalCount">) {
    super();
    Object.assign(this, connection);
  }
}
