import { Entity, ManyToOne, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import type { ClientInfo } from "../../context.js";
import { newId } from "../../lib/uuid.js";
import { User } from "../user/user.entity.js";

/**
 * One login on one device, and the single source of truth about it. Neither a token nor the hash of one is
 * stored: a refresh token is a signed statement "session S, generation N", and this row says which N is current.
 * A session that has ended has no row.
 */
@ObjectType({
  description: "One login on one device. It lasts until it is ended, left idle too long or too old.",
})
@Entity({ tableName: "sessions" })
export class Session {
  @Field(() => ID, { description: "The `sid` claim of this session's access tokens." })
  @PrimaryKey({ type: "uuid" })
  id: string = newId();

  @ManyToOne(() => User, { deleteRule: "cascade" })
  user: User;

  /** How often the refresh token was rotated; the refresh token of any other generation is spent. */
  @Property({ type: "integer" })
  generation: number = 1;

  @Field(() => GraphQLDateTime, { description: "When the login took place." })
  @Property({ type: "datetime" })
  createdAt: Date;

  /** When the person last proved who they are in this session. */
  @Property({ type: "datetime" })
  authenticatedAt: Date;

  @Field(() => GraphQLDateTime, {
    description: "When the session last got new tokens: its login or latest refresh.",
  })
  @Property({ type: "datetime" })
  lastUsedAt: Date;

  @Field(() => String, { nullable: true, description: "The client's address at that time." })
  @Property({ type: "text", nullable: true })
  ipAddress: string | null;

  @Field(() => String, { nullable: true, description: "The client's User-Agent header at that time." })
  @Property({ type: "text", nullable: true })
  userAgent: string | null;

  constructor(user: User, client: ClientInfo, now: Date) {
    this.user = user;
    this.createdAt = now;
    this.authenticatedAt = now;
    this.lastUsedAt = now;
    this.ipAddress = client.ipAddress;
    this.userAgent = client.userAgent;
  }
}
