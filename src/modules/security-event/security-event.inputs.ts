import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, InputType } from "type-graphql";
import { SecurityEventType } from "./security-event.types.js";

@InputType({ description: "Which security events to list: those that meet every condition given." })
export class SecurityEventFilter {
  @Field(() => ID, {
    nullable: true,
    description:
      "What happened to this user's account, also to one that is gone. No event for an unknown id.",
  })
  readonly userId?: string | null;

  @Field(() => [SecurityEventType], {
    nullable: true,
    description: "Events of any of these types. All types when it is left out or empty.",
  })
  readonly types?: readonly SecurityEventType[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "At this time or later." })
  readonly occurredAfter?: Date | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      "Before this time, itself left out: the days from 00:00 to 00:00 neither overlap nor leave a gap.",
  })
  readonly occurredBefore?: Date | null;
}
