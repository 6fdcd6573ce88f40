import { Entity, PrimaryKey, Property } from "@mikro-orm/decorators/legacy";

/**
 * Each transaction leaves one on PostgreSQL, so that its outcome can be told when the answer to its COMMIT was lost.
 * The transaction ids of PostgreSQL do not serve: after a crash they are given out again.
 */
@Entity({ tableName: "transaction_marks" })
export class TransactionMark {
  /** UUIDv7: says by itself when it was made. */
  @PrimaryKey({ type: "uuid" })
  id!: string;

  /** Whether it was put there by the one who asked, so that the transaction itself can never commit any more. */
  @Property({ type: "boolean" })
  isFence!: boolean;
}
