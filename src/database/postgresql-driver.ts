import type { DriverException, Transaction } from "@mikro-orm/core";
import { PostgreSqlConnection, PostgreSqlDriver } from "@mikro-orm/postgresql";
import { CompiledQuery } from "kysely";
import type { Statement, StatementRunner, StatementValue } from "../lib/statement.js";
import { newId } from "../lib/uuid.js";
import { databaseFaultOf } from "./faults.js";
import { givingBackConnections } from "./kysely-repairs.js";
import { queryPrepared } from "./postgresql-client.js";
import type { TransactionalConnection, TransactionOutcome } from "./transaction.js";

const CONFLICT_ATTEMPTS = 5;

/** With the mark in the same message: it is one of our own ids. */
const begin = (markId: string) =>
  CompiledQuery.raw(`begin; insert into transaction_marks (id, is_fence) values ('${markId}', false)`);
const COMMIT = CompiledQuery.raw("commit");
const ROLLBACK = CompiledQuery.raw("rollback");

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

/** Repeats a statement outside a transaction that had to give way: it has done nothing. */
async function whileGivingWay<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (databaseFaultOf(error) !== "CONFLICT" || attempt === CONFLICT_ATTEMPTS) throw error;
    }
  }
}

class ResilientPostgreSqlConnection
  extends PostgreSqlConnection
  implements TransactionalConnection, StatementRunner
{
  override createKyselyDialect(options: Parameters<PostgreSqlConnection["createKyselyDialect"]>[0]) {
    return givingBackConnections(super.createKyselyDialect(options));
  }

  override execute: PostgreSqlConnection["execute"] = (...args) => {
    const isAlone = args[3] === undefined;
    const run = () => this.#executeOnce(args);
    return isAlone ? whileGivingWay(run) : run();
  };

  async selectRows<Row extends object>(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<Row[]> {
    return (await this.#runPrepared(statement, values, transaction)).rows as Row[];
  }

  async runStatement(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<number> {
    return (await this.#runPrepared(statement, values, transaction)).changes;
  }

  async #runPrepared(
    { name, postgresql: text }: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<{ readonly rows: readonly unknown[]; readonly changes: number }> {
    if (transaction !== undefined) {
      const compiled = CompiledQuery.raw(text, [...values]);
      const { rows, numAffectedRows } = await transaction.executeQuery(compiled);
      return { rows, changes: Number(numAffectedRows ?? 0) };
    }
    const pool = await this.getNativeClient();
    return whileGivingWay(async () => {
      const { rows, rowCount } = await queryPrepared(pool, { name, text, values: [...values] });
      return { rows, changes: rowCount ?? 0 };
    });
  }

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

  async transact<Result>(
    work: (transaction: Transaction, markId: string) => Promise<Result>,
  ): Promise<Result> {
    await this.ensureConnection();
    return this.getClient()
      .connection()
      .execute(async (transaction) => {
        const markId = newId();
        try {
          await transaction.executeQuery(begin(markId));
          const result = await work(transaction, markId);
          await transaction.executeQuery(COMMIT);
          return result;
        } catch (error) {
          // Nothing is lost with it: the database rolls back by itself what it had not committed.
          await transaction.executeQuery(ROLLBACK).catch(() => {});
          throw error;
        }
      });
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
