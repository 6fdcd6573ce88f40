import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/** Attempts counted across instances. On PostgreSQL only; SQLite serves one process, which counts in memory. */
@Entity({ tableName: "attempt_counters" })
export class AttemptCounter {
  /** The kind of attempt and a hash of whose it was. */
  @PrimaryKey({ type: "text" })
  key!: string;

  @Property({ type: "integer" })
  count!: number;

  @Property({ type: Date, length: 3 })
  startedAt!: Date;

  /** Until then no attempt is made, nor counted. Long ago where there is nothing to wait for. */
  @Property({ type: Date, length: 3 })
  blockedUntil!: Date;

  /** What blockedUntil was before the latest attempt, in case that is given back. */
  @Property({ type: Date, length: 3 })
  blockedBefore!: Date;

  /** From then on the row means nothing. */
  @Property({ type: Date, length: 3 })
  endsAt!: Date;
}
