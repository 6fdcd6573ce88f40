import pg from "pg";
import type { DatabaseHooks } from "./database-options.js";
import { errorCodeOf } from "./faults.js";

/**
 * A connection that is given up when the database leaves a statement unanswered: pg alone would keep it, and every
 * later statement would wait behind the one that never ends.
 */
export class PostgresqlClient extends pg.Client {
  protected readonly hooks: DatabaseHooks = {};

  static watchedBy(hooks: DatabaseHooks): typeof PostgresqlClient {
    return class extends PostgresqlClient {
      protected override readonly hooks = hooks;
    };
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's many overloads, passed on as they are
  override query(...args: any[]): any {
    this.hooks.onStatement?.(typeof args[0] === "string" ? args[0] : args[0]?.text);
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const result = (super.query as any)(...args);
    if (result instanceof Promise) result.catch((error: Error) => this.#giveUpAfterTimeout(error));
    return result;
  }

  #giveUpAfterTimeout({ message }: Error): void {
    if (message === "Query read timeout") this.connection.stream.destroy();
  }
}

/** The prepared statement is no longer good: a migration has changed a table (0A000), a pooler has lost it (26000). */
const PLAN_ERRORS: readonly string[] = ["0A000", "26000"];

/** On any connection of the pool, each of which prepares the statement once, under its name. */
export async function queryPrepared<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  query: Required<Pick<pg.QueryConfig, "name" | "text" | "values">>,
): Promise<pg.QueryResult<Row>> {
  try {
    return await pool.query<Row>(query);
  } catch (error) {
    if (!PLAN_ERRORS.includes(errorCodeOf(error))) throw error;
    return pool.query<Row>(query.text, query.values);
  }
}
