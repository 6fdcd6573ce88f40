import pg from "pg";
import type { DatabaseHooks } from "./database-options.js";

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
