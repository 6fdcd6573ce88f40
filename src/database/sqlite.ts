import { accessSync, closeSync, constants, mkdirSync, openSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isNativeError } from "node:util/types";
import { type EntityMetadata, TableExistsException, type Transaction } from "@mikro-orm/core";
import { defineConfig, MikroORM, type Options, SqliteConnection, SqliteDriver } from "@mikro-orm/sqlite";
import type { Database as SqliteClient, Statement as SqliteStatement } from "better-sqlite3";
import { StartError } from "../lib/start-error.js";
import type { Statement, StatementRunner, StatementValue } from "../lib/statement.js";
import { migrations } from "../migrations/sqlite/index.js";
import { COMMON_ENTITIES, commonOptions, type DatabaseHooks } from "./database-options.js";
import { databaseFaultOf, errorCodeOf } from "./faults.js";
import { GroupCommit, type GroupCommitParts } from "./group-commit.js";
import { givingBackConnections } from "./kysely-repairs.js";
import type { TransactionalConnection, TransactionOutcome } from "./transaction.js";

const START_ATTEMPTS = 10;
const START_RETRY_MS = 50;

/** What a few writes and their log need. */
export const MIN_FREE_BYTES = 4 * 1024 * 1024;

/** How long a statement waits for another process that is writing. */
const LOCK_PATIENCE_MS = 5000;
const LOCK_RETRY_MS = 20;

export interface SqliteDatabase {
  readonly kind: "sqlite";
  readonly orm: MikroORM;
  /** MikroORM's own connection, for the prepared statements of the hot path. */
  readonly client: SqliteClient;
  /** Applies the migrations that are still missing, all or none. Returns what this process applied. */
  migrate(): Promise<readonly string[]>;
  /** False when the disk is full. */
  isWritable(): Promise<boolean>;
}

export function sqliteOptions(databaseUrl: string, hooks: DatabaseHooks = {}): Options {
  return defineConfig({
    ...commonOptions(migrations),
    entities: COMMON_ENTITIES,
    driver: PatientSqliteDriver,
    discovery: { onMetadata: forgetCollations },
    dbName: databaseUrl.replace(/^sqlite:/, ""),
    // No busy timeout of SQLite's own: it would stop the whole process while another one writes.
    driverOptions: { timeout: 0, verbose: hooks.onStatement },
  });
}

/** SQLite compares byte by byte unless told otherwise. */
function forgetCollations({ props }: EntityMetadata): void {
  for (const property of props) delete property.collation;
}

/**
 * Connects, creating the folder and file where they are missing.
 *
 * @throws StartError when it cannot be written
 */
export async function openSqlite(databaseUrl: string, hooks: DatabaseHooks): Promise<SqliteDatabase> {
  const options = sqliteOptions(databaseUrl, hooks);
  if (options.dbName !== undefined && options.dbName !== ":memory:") prepareFile(resolve(options.dbName));
  const orm = new MikroORM(options);
  const client = await orm.em.getConnection().getNativeClient();
  // WAL lets readers go on while one writes; FULL syncs each commit, so that what was answered survives a crash.
  await besideOtherStarts(orm, () => client.pragma("journal_mode = WAL"));
  client.pragma("synchronous = FULL");
  await besideOtherStarts(orm, () => forgetSamples(client));
  return {
    kind: "sqlite",
    orm,
    client,
    async migrate() {
      const applied = await besideOtherStarts(orm, () => orm.migrator.up());
      return applied.map(({ name }) => name);
    },
    isWritable: async () => client.memory || (await freeBytes(client.name)) > MIN_FREE_BYTES,
  };
}

/**
 * Whoever has run ANALYZE has left samples of values in the file, by which SQLite plans a prepared statement anew for each value
 * that it is given: five times the cost of a look-up by key. How many rows there are, it may know.
 */
function forgetSamples(client: SqliteClient): void {
  const hasSamples = client.prepare("select 1 from sqlite_schema where name = 'sqlite_stat4'").get();
  if (hasSamples !== undefined) client.exec("delete from sqlite_stat4; analyze sqlite_schema");
}

/** In a container the folder is a volume, and the first thing to go wrong is that it belongs to somebody else. */
function prepareFile(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // SQLite keeps its log beside the file.
    accessSync(folder, constants.W_OK | constants.X_OK);
    // There are password hashes in it. What SQLite puts beside it gets the mode of the file.
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw new StartError(
      `The file of DATABASE_URL, ${file}, or its folder cannot be written by the user of this process (${errorCodeOf(error)}).`,
    );
  }
}

/** Repeats what found the database locked, with the process free for everything else in between. */
async function whileLockedRetry<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!errorCodeOf(error).startsWith("SQLITE_BUSY") || performance.now() > deadline) throw error;
      await delay(LOCK_RETRY_MS * (0.5 + Math.random()));
    }
  }
}

export async function freeBytes(file: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(resolve(file)));
  return bavail * bsize;
}

interface Connected {
  readonly client: SqliteClient;
  readonly groups: GroupCommit;
  readonly prepared: Map<Statement, SqliteStatement>;
}

class PatientSqliteConnection extends SqliteConnection implements TransactionalConnection, StatementRunner {
  #connected: Connected | undefined;

  override async connect(options?: Parameters<SqliteConnection["connect"]>[0]): Promise<void> {
    await super.connect(options);
    const client = await this.getNativeClient();
    const withConnection: GroupCommitParts["withConnection"] = (use) =>
      this.getClient().connection().execute(use);
    const groups = new GroupCommit({ client, withConnection, whileLockedRetry });
    this.#connected = { client, groups, prepared: new Map() };
  }

  override createKyselyDialect(options: Parameters<SqliteConnection["createKyselyDialect"]>[0]) {
    return givingBackConnections(super.createKyselyDialect(options));
  }

  /** A statement outside a transaction that found the lock taken has done nothing: it may wait and try again. */
  override execute: SqliteConnection["execute"] = (query, params, method, transaction, loggerContext) => {
    const run = () => super.execute(query, params, method, transaction, loggerContext);
    // biome-ignore lint/suspicious/noExplicitAny: the type of the overridden method says what comes out
    return (transaction === undefined ? whileLockedRetry(run) : run()) as Promise<any>;
  };

  transact<Result>(work: (transaction: Transaction, markId: null) => Promise<Result>): Promise<Result> {
    return this.#connection.groups.run((transaction) => work(transaction, null));
  }

  async readOutcome(): Promise<TransactionOutcome> {
    return "unknown";
  }

  selectRows<Row extends object>(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<Row[]> {
    return this.#run(statement, transaction, (prepared) => prepared.all(values.map(toSqliteValue)) as Row[]);
  }

  runStatement(
    statement: Statement,
    values: readonly StatementValue[],
    transaction: Transaction | undefined,
  ): Promise<number> {
    return this.#run(statement, transaction, (prepared) => prepared.run(values.map(toSqliteValue)).changes);
  }

  async #run<Result>(
    statement: Statement,
    transaction: Transaction | undefined,
    use: (prepared: SqliteStatement) => Result,
  ): Promise<Result> {
    const prepared = this.#prepare(statement);
    const isAlone = transaction === undefined && !prepared.readonly;
    return isAlone ? this.#connection.groups.run(async () => use(prepared)) : use(prepared);
  }

  #prepare(statement: Statement): SqliteStatement {
    const { client, prepared } = this.#connection;
    const known = prepared.get(statement) ?? client.prepare(statement.sqlite);
    prepared.set(statement, known);
    return known;
  }

  get #connection() {
    if (this.#connected === undefined) throw new Error("The database was asked before it was opened");
    return this.#connected;
  }
}

function toSqliteValue(value: StatementValue): string | number | null {
  if (typeof value === "boolean") return value ? 1 : 0;
  return value instanceof Date ? value.getTime() : value;
}

class PatientSqliteDriver extends SqliteDriver {
  protected override readonly connection = new PatientSqliteConnection(this.config);
}

/**
 * Does what several processes that start at once on one fresh file contend for: one does it, the others meet its
 * lock or its tables, try again, and find it done.
 */
async function besideOtherStarts<Result>(
  orm: MikroORM,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(orm, error) || attempt === START_ATTEMPTS) throw error;
      await delay(START_RETRY_MS * attempt);
    }
  }
}

function isContention(orm: MikroORM, error: unknown): boolean {
  // Pragmas, and some of what the migrator does, come with the driver's bare error.
  const converter = orm.em.getPlatform().getExceptionConverter();
  const fault = isNativeError(error) ? converter.convertException(error) : error;
  return databaseFaultOf(fault) !== null || fault instanceof TableExistsException;
}
