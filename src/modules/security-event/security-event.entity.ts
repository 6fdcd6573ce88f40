import { Entity, Enum, Index, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import { SecurityEventType } from "./security-event.types.js";

/**
 * Something that has happened to an account. Rows are only ever added; they refer to users by id alone and outlive them.
 * Their order is that of the ids, which begin with the time.
 */
@Entity({ tableName: "security_events" })
@Index({ name: "security_events_user_id_index", properties: ["userId", "id"] })
@Index({ name: "security_events_user_id_type_index", properties: ["userId", "type", "id"] })
@Index({ name: "security_events_type_index", properties: ["type", "id"] })
@Index({ name: "security_events_actor_id_index", properties: ["actorId"], where: "actor_id is not null" })
export class SecurityEvent {
  @PrimaryKey({ type: "uuid" })
  id!: string;

  @Enum({ items: () => SecurityEventType })
  type!: SecurityEventType;

  @Property({ type: Date, length: 3 })
  occurredAt!: Date;

  /** Null for a login that failed because there is no such account. */
  @Property({ type: "uuid", nullable: true })
  userId!: string | null;

  /** Who did it, where that is somebody else. */
  @Property({ type: "uuid", nullable: true })
  actorId!: string | null;

  @Property({ type: "text", nullable: true })
  ipAddress!: string | null;

  @Property({ type: "text", nullable: true })
  userAgent!: string | null;
}
