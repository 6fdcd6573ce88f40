import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/** Attempts counted across instances. On PostgreSQL only; SQLite serves one process, which counts in memory. */
@Entity({ tableName: "attempt_counters" })
export class AttemptCounter {
  /** The kind of attempt and a hash of whose it was. */
  @PrimaryKey({ type: "text" })
  key!: string;

  @Property({ type: "integer" })
  count!: number;

  /** From then on the count starts anew. */
  @Property({ type: Date, length: 3 })
  windowEndsAt!: Date;

  /** Until then no attempt is made, nor counted. */
  @Property({ type: Date, length: 3 })
  blockedUntil!: Date;
}
