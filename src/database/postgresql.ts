import { setTimeout as delay } from "node:timers/promises";
import { defineConfig, MikroORM, type Options } from "@mikro-orm/postgresql";
import pg from "pg";
import type { Config } from "../config/config.js";
import { StartError } from "../lib/start-error.js";
import { firstIdOf } from "../lib/uuid.js";
import { migrations } from "../migrations/postgresql/index.js";
import { AttemptCounter } from "../modules/attempt-limit/attempt-counter.entity.js";
import {
  COMMON_ENTITIES,
  commonOptions,
  type DatabaseConnections,
  type DatabaseHooks,
} from "./database-options.js";
import { errorCodeOf } from "./faults.js";
import { PostgresqlClient } from "./postgresql-client.js";
import { ResilientPostgreSqlDriver } from "./postgresql-driver.js";
import { TransactionMark } from "./transaction-mark.entity.js";

/** Any number, the same for all instances: "latchkey" on a telephone's keys. */
const MIGRATION_LOCK = 52824539;
const MIGRATION_LOCK_ATTEMPTS = 600;
const MIGRATION_LOCK_RETRY_MS = 200;

/**
 * A request is answered within seconds whatever the database does. The server's own limits come first, so that its
 * work ends too; the client's are for a database that does not answer at all.
 */
const TIMEOUTS = {
  connectionTimeoutMillis: 4000,
  statement_timeout: 4000,
  lock_timeout: 3000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 5000,
};

const PRUNE_MARKS = `
  delete from transaction_marks where id in
    (select id from transaction_marks where id < $1 limit 10000 for update skip locked)`;

/** Nobody asks for a mark after so long. */
const MARK_KEPT_MS = 600_000;

/** Whatever the role's or the database's own settings are: what our statements and MikroORM's dates rely on. */
const SESSION_SETTINGS = "-c default_transaction_isolation=read\\ committed -c datestyle=ISO";

/** Building an index may take long. */
const NO_TIMEOUTS = {
  connectionTimeoutMillis: 4000,
  options: `${SESSION_SETTINGS} -c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0`,
};

export interface PostgresqlDatabase {
  readonly kind: "postgresql";
  readonly orm: MikroORM;
  /** MikroORM's own pool, for the prepared statement of the hot path. */
  readonly client: pg.Pool;
  /** Those of the pool, and how many requests wait for one. */
  connections(): DatabaseConnections;
  /** Applies the migrations that are still missing, all or none. Returns what this process applied. */
  migrate(): Promise<readonly string[]>;
  /** False on a standby, and on a primary that was demoted. */
  isWritable(): Promise<boolean>;
  /** Forgets how transactions of long ago ended. */
  pruneTransactionMarks(signal?: AbortSignal): Promise<void>;
}

type PostgresqlConfig = Pick<Config, "databaseUrl" | "databasePoolSize">;

export function postgresqlOptions(
  { databaseUrl, databasePoolSize }: PostgresqlConfig,
  hooks: DatabaseHooks = {},
  timeouts: pg.PoolConfig = TIMEOUTS,
): Options {
  return defineConfig({
    ...commonOptions(migrations),
    entities: [...COMMON_ENTITIES, AttemptCounter, TransactionMark],
    driver: ResilientPostgreSqlDriver,
    clientUrl: databaseUrl,
    driverOptions: {
      connectionString: databaseUrl,
      application_name: "latchkey",
      max: databasePoolSize,
      keepAlive: true,
      options: SESSION_SETTINGS,
      Client: PostgresqlClient.watchedBy(hooks),
      ...timeouts,
    },
  });
}

/** @throws StartError when the database cannot be reached, saying why */
export async function openPostgresql(
  config: PostgresqlConfig,
  hooks: DatabaseHooks,
): Promise<PostgresqlDatabase> {
  const orm = await connect(config, hooks);
  const client = (await orm.em.getConnection().getNativeClient()) as pg.Pool;
  return {
    kind: "postgresql",
    orm,
    client,
    migrate: () => migrate({ orm, client }, config.databaseUrl),
    connections: () => ({
      active: client.totalCount - client.idleCount,
      idle: client.idleCount,
      waiting: client.waitingCount,
    }),
    pruneTransactionMarks: (signal) => pruneTransactionMarks(client, signal),
    async isWritable() {
      const { rows } = await client.query("show transaction_read_only");
      return rows[0].transaction_read_only === "off";
    },
  };
}

async function connect(config: PostgresqlConfig, hooks: DatabaseHooks): Promise<MikroORM> {
  let orm: MikroORM | undefined;
  try {
    orm = new MikroORM(postgresqlOptions(config, hooks));
    await orm.em.execute("select 1");
    return orm;
  } catch (error) {
    await orm?.close();
    throw new StartError(`The database of DATABASE_URL cannot be reached: ${describeConnectionFault(error)}`);
  }
}

/** Node reports several addresses that all refused as one error without a message. */
function describeConnectionFault(error: unknown): string {
  return (error instanceof Error && error.message) || errorCodeOf(error);
}

async function pruneTransactionMarks(client: pg.Pool, signal: AbortSignal | undefined): Promise<void> {
  const firstKept = firstIdOf(Date.now() - MARK_KEPT_MS);
  for (let count = 1; count > 0 && !signal?.aborted; ) {
    count = (await client.query(PRUNE_MARKS, [firstKept])).rowCount ?? 0;
  }
}

/** One instance after another: who comes second finds nothing left to do. */
async function migrate({ orm, client }: Pick<PostgresqlDatabase, "orm" | "client">, databaseUrl: string) {
  const lockHolder = await client.connect();
  try {
    await obtainMigrationLock(lockHolder);
    const pending = await orm.migrator.getPending();
    return pending.length === 0 ? [] : await applyMigrations(databaseUrl);
  } finally {
    // Closed, not given back: with the connection goes the lock.
    lockHolder.release(true);
  }
}

/** On connections of its own, which have time enough. */
async function applyMigrations(databaseUrl: string): Promise<readonly string[]> {
  const orm = new MikroORM(postgresqlOptions({ databaseUrl, databasePoolSize: 2 }, {}, NO_TIMEOUTS));
  try {
    return (await orm.migrator.up()).map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

async function obtainMigrationLock(lockHolder: pg.PoolClient): Promise<void> {
  // It sits idle while another connection migrates. PostgreSQL 13 does not know the setting, and has no such timeout.
  await lockHolder.query("set idle_session_timeout = 0").catch(() => {});
  for (let attempt = 1; attempt <= MIGRATION_LOCK_ATTEMPTS; attempt++) {
    const { rows } = await lockHolder.query("select pg_try_advisory_lock($1) as obtained", [MIGRATION_LOCK]);
    if (rows[0].obtained) return;
    await delay(MIGRATION_LOCK_RETRY_MS);
  }
  throw new StartError("Another instance has been migrating the database for two minutes.");
}
