import type { Config } from "../config/config.js";
import { type Database, hasPendingMigrations, openDatabase } from "../database/database.js";
import { StartError } from "../lib/start-error.js";

/**
 * Does a command's work on the database, which the command never migrates by itself: beside a running server that is
 * for the operator to decide.
 *
 * @throws StartError where migrations are pending
 */
export async function withMigratedDatabase<Result>(
  config: Config,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(config);
  try {
    if (await hasPendingMigrations(database)) {
      throw new StartError('The database lacks migrations: run "npm run migrate" first.');
    }
    return await work(database);
  } finally {
    await database.orm.close();
  }
}
