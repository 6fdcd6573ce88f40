import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import { describeDevice } from "../../lib/device.js";
import { connectionOf } from "../paging/paging.types.js";
import { SecurityEventType } from "./security-event.types.js";

type SecurityEventFacts = Omit<SecurityEventView, "device" | "withoutClient">;

/** A security event as GraphQL shows it, and the ids of who it is about. */
@ObjectType("SecurityEvent", {
  description:
    "Something that has happened to an account. It never changes, but for the client, which is forgotten with the account " +
    "of whoever did it. It is kept for a year, unless the server is configured otherwise.",
})
export class SecurityEventView {
  @Field(() => ID, { description: "Unique; the server's log has it as `eventId`." })
  readonly id!: string;

  @Field(() => SecurityEventType, { description: "What has happened." })
  readonly type!: SecurityEventType;

  @Field(() => GraphQLDateTime, { description: "When it happened." })
  readonly occurredAt!: Date;

  readonly userId!: string | null;

  readonly actorId!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Address of the client. Null when it is not known, when an administrator did it and you are none, and when the " +
      "account of whoever did it is gone.",
  })
  readonly ipAddress!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The client's User-Agent header. Null when there was none, and where `ipAddress` is hidden.",
  })
  readonly userAgent!: string | null;

  #device: string | null = null;

  constructor(event: SecurityEventFacts) {
    Object.assign(this, event);
  }

  /** Told once, however many fields lead to the event: it takes its time. */
  @Field(() => String, {
    nullable: true,
    description:
      'The client in words, such as "Firefox on Linux". Null when `userAgent` is, or says neither.',
  })
  get device(): string | null {
    this.#device ??= this.userAgent === null ? null : describeDevice(this.userAgent);
    return this.#device;
  }

  /** What happened, but not from where. */
  withoutClient(): SecurityEventView {
    return new SecurityEventView({ ...this, ipAddress: null, userAgent: null });
  }
}

@ObjectType({ description: "A page of security events, newest first." })
export class SecurityEventConnection extends connectionOf(SecurityEventView, "SecurityEvent") {}
