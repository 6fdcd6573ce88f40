import { type Config, isPostgresqlUrl } from "../config/config.js";
import type { DatabaseHooks } from "./database-options.js";
import type { PostgresqlDatabase } from "./postgresql.js";
import type { SqliteDatabase } from "./sqlite.js";

export type Database = SqliteDatabase | PostgresqlDatabase;

/** Connects to the database of DATABASE_URL. Only the driver that is needed is loaded. */
export async function openDatabase(
  config: Pick<Config, "databaseUrl" | "databasePoolSize">,
  hooks: DatabaseHooks = {},
): Promise<Database> {
  if (isPostgresqlUrl(config.databaseUrl)) {
    const { openPostgresql } = await import("./postgresql.js");
    return openPostgresql(config, hooks);
  }
  const { openSqlite } = await import("./sqlite.js");
  return openSqlite(config.databaseUrl, hooks);
}

export async function hasPendingMigrations({ orm }: Database): Promise<boolean> {
  return (await orm.migrator.getPending()).length > 0;
}

/** Whether it answers, is migrated, and takes writes. */
export async function canServe(database: Database): Promise<boolean> {
  return !(await hasPendingMigrations(database)) && (await database.isWritable());
}
