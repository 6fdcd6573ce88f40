import { Entity, Index, ManyToOne, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";
import type { ClientInfo } from "../../lib/client-info.js";
import { newId } from "../../lib/uuid.js";
import { User } from "../user/user.entity.js";

/**
 * One login on one device, and the single source of truth about it. Neither a token nor the hash of one is
 * stored: a refresh token is a signed statement "session S, generation N", and this row says which N is current.
 * A session that has ended has no row.
 */
@Entity({ tableName: "sessions" })
export class Session {
  @PrimaryKey({ type: "uuid" })
  id: string = newId();

  @ManyToOne(() => User, { deleteRule: "cascade" })
  @Index({ name: "sessions_user_id_index" })
  user: User;

  /** How often the refresh token was rotated; the refresh token of any other generation is spent. */
  @Property({ type: "integer" })
  generation: number = 1;

  @Property({ type: Date, length: 3 })
  createdAt: Date;

  /** When the person last proved who they are in this session. */
  @Property({ type: Date, length: 3 })
  authenticatedAt: Date;

  /** When its tokens were last given out: at login or by the latest refresh. */
  @Property({ type: Date, length: 3 })
  lastUsedAt: Date;

  @Property({ type: "text", nullable: true })
  ipAddress: string | null;

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
