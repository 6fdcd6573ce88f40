import { Entity, Index, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/**
 * A ceremony that has served its purpose: its challenge is not accepted again. Those that are under way have no row, so
 * that asking for one, which anybody may, writes nothing.
 */
@Entity({ tableName: "spent_ceremonies" })
export class SpentCeremony {
  @PrimaryKey({ type: "uuid" })
  id: string;

  /** When the ceremony is over anyway. */
  @Property({ type: Date, length: 3 })
  @Index({ name: "spent_ceremonies_expires_at_index" })
  expiresAt: Date;

  constructor(id: string, expiresAt: Date) {
    this.id = id;
    this.expiresAt = expiresAt;
  }
}
