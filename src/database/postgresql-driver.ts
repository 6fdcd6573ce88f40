import type { DriverException, Transaction } from "@mikro-orm/core";
import { PostgreSqlConnection, PostgreSqlDriver } from "@mikro-orm/postgresql";
import { CompiledQuery } from "kysely";
import { newId } from "../lib/uuid.js";
import { databaseFaultOf } from "./faults.js";
import { givingBackConnections } from "./kysely-repairs.js";
import type { TransactionalConnection, TransactionOutcome } from "./transaction.js";

const CONFLICT_ATTEMPTS = 5;

const LEAVE_MARK = "insert into transaction_marks (id, is_fence) values (?, false)";

/**
 * Puts a mark of our own in its place. Where a COMMIT is still on its way this waits for it, by the unique index; and
 * where ours comes first, the transaction cannot commit any more. So the answer stays true.
 */
const ASK_FOR_MARK = `
  insert into transaction_marks as mark (id, is_fence) values (?, true)
  on conflict (id) do update set is_fence = mark.is_fence
  returning is_fence`;

type ExecuteArguments = Parameters<PostgreSqlConnection["execute"]>;

interface PreparedStatement {
  /** With "?" for each value. */
  readonly query: string;
  readonly params: readonly unknown[];
}

/** A private method of MikroORM's connection, whose version is pinned. */
interface StatementPreparer {
  prepareQuery(query: ExecuteArguments[0], params: ExecuteArguments[1]): PreparedStatement;
}

type Platform = ReturnType<PostgreSqlDriver["getPlatform"]>;

/** Everything but strings is written into the statement, as MikroORM does: times, numbers and lists are no secrets. */
function bindStrings({ query, params }: PreparedStatement, platform: Platform) {
  const strings: string[] = [];
  const binding: Platform = Object.create(platform, {
    quoteValue: {
      value: (value: unknown) =>
        typeof value === "string" ? `$${strings.push(value)}` : platform.quoteValue(value),
    },
  });
  return { sql: binding.formatQuery(query, [...params]), strings };
}

class ResilientPostgreSqlConnection extends PostgreSqlConnection implements TransactionalConnection {
  override createKyselyDialect(options: Parameters<PostgreSqlConnection["createKyselyDialect"]>[0]) {
    return givingBackConnections(super.createKyselyDialect(options));
  }

  /** A statement outside a transaction that had to give way has done nothing: it may try again. */
  override execute: PostgreSqlConnection["execute"] = async (...args) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#executeOnce(args);
      } catch (error) {
        const mayRetry = args[3] === undefined && databaseFaultOf(error) === "CONFLICT";
        if (!mayRetry || attempt === CONFLICT_ATTEMPTS) throw error;
      }
    }
  };

  /**
   * MikroORM writes every value into the statement, which PostgreSQL logs when it fails and tracing shows: the hash of
   * a password with it. Strings travel beside it instead, as parameters.
   */
  async #executeOnce([query, params, method = "all", transaction]: ExecuteArguments) {
    await this.ensureConnection();
    const prepared = (this as unknown as StatementPreparer).prepareQuery(query, params);
    const { sql, strings } = bindStrings(prepared, this.platform);
    return this.executeQuery(sql, async () => {
      const result = await (transaction ?? this.getClient()).executeQuery(CompiledQuery.raw(sql, strings));
      // biome-ignore lint/suspicious/noExplicitAny: the type of the overridden method says what comes out
      return this.transformRawResult<any>(result, method);
    });
  }

  /** PostgreSQL waits for locks by itself, row by row and as long as lock_timeout says. */
  whileLockedRetry<Result>(work: () => Promise<Result>): Promise<Result> {
    return work();
  }

  async openTransaction(transaction: Transaction | undefined): Promise<string> {
    const id = newId();
    await this.execute(LEAVE_MARK, [id], "run", transaction);
    return id;
  }

  async readOutcome(markId: string): Promise<TransactionOutcome> {
    const [mark] = await this.execute(ASK_FOR_MARK, [markId]);
    return mark?.is_fence === false ? "committed" : "aborted";
  }
}

export class ResilientPostgreSqlDriver extends PostgreSqlDriver {
  /** MikroORM would write the details into the message - the whole row, hash and all - and the message into the log. */
  override convertException(error: Error & { detail?: unknown; hint?: unknown }): DriverException {
    delete error.detail;
    delete error.hint;
    return super.convertException(error);
  }

  protected override readonly connection = new ResilientPostgreSqlConnection(this.config);
}
