import type { EntityManager, Transaction } from "@mikro-orm/core";

export type StatementValue = string | number | boolean | Date | null;

interface Dialects {
  readonly sqlite: string;
  readonly postgresql: string;
}

/**
 * SQL of a path on which it is the database that should cost, and not the way to it: an entity manager takes ten to
 * fifty times as long to make a statement as SQLite to run it. Prepared once on each connection, by its name.
 */
export class Statement {
  readonly sqlite: string;
  readonly postgresql: string;

  /** @param sql with "?" for each value, where both databases understand the same */
  constructor(
    readonly name: string,
    sql: string | Dialects,
  ) {
    const { sqlite, postgresql } = typeof sql === "string" ? { sqlite: sql, postgresql: sql } : sql;
    this.sqlite = sqlite;
    let count = 0;
    this.postgresql = postgresql.replaceAll("?", () => `$${++count}`);
  }
}

/** What our connections do with statements, in the transaction or, where there is none, in one of its own. */
export interface StatementRunner {
  selectRows<Row extends object>(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<Row[]>;
  /** @returns how many rows were changed */
  runStatement(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<number>;
}

export async function selectRows<Row extends object>(
  em: EntityManager,
  statement: Statement,
  values: readonly StatementValue[],
): Promise<Row[]> {
  try {
    return await runnerOf(em).selectRows<Row>(statement, values, em.getTransactionContext());
  } catch (error) {
    throw asOfMikroOrm(em, error);
  }
}

/** @returns how many rows were changed */
export async function runStatement(
  em: EntityManager,
  statement: Statement,
  values: readonly StatementValue[],
): Promise<number> {
  try {
    return await runnerOf(em).runStatement(statement, values, em.getTransactionContext());
  } catch (error) {
    throw asOfMikroOrm(em, error);
  }
}

/** Whoever catches an error of the database need not ask which way the statement went. */
const asOfMikroOrm = (em: EntityManager, error: unknown): unknown =>
  error instanceof Error ? em.getDriver().convertException(error) : error;

const runnerOf = (em: EntityManager) => em.getDriver().getConnection() as unknown as StatementRunner;
