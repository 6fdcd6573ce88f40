import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";

/** A session as GraphQL shows it, and the generation that its refresh token must have. */
@ObjectType("Session", {
  description:
    "One login on one device. It lasts until it is ended, is idle for too long or reaches its maximum age.",
})
export class SessionView {
  @Field(() => ID, { description: "The `sid` claim of this session's access tokens." })
  readonly id!: string;

  readonly generation!: number;

  @Field(() => GraphQLDateTime, { description: "When the login took place." })
  readonly createdAt!: Date;

  readonly authenticatedAt!: Date;

  @Field(() => GraphQLDateTime, {
    description: "When the session last got new tokens: its login or latest refresh.",
  })
  readonly lastUsedAt!: Date;

  @Field(() => String, { nullable: true, description: "The client's address at that time." })
  readonly ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: "The client's User-Agent header at that time." })
  readonly userAgent!: string | null;

  constructor(session: SessionView) {
    Object.assign(this, session);
  }
}
