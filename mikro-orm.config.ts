import "reflect-metadata";
import { isPostgresqlUrl, loadConfig } from "./src/config/config.js";
import { postgresqlOptions } from "./src/database/postgresql.js";
import { sqliteOptions } from "./src/database/sqlite.js";

/**
 * For MikroORM's CLI, run on the compiled file: `npm run migration:create -- --name <name>` compares the entities
 * with the latest snapshot of the database in DATABASE_URL and writes a migration.
 */
const config = loadConfig({ DATABASE_URL: process.env.DATABASE_URL ?? "sqlite::memory:" });
const kind = isPostgresqlUrl(config.databaseUrl) ? "postgresql" : "sqlite";
const options = kind === "postgresql" ? postgresqlOptions(config) : sqliteOptions(config.databaseUrl);

export default {
  ...options,
  migrations: {
    path: `dist/src/migrations/${kind}`,
    pathTs: `src/migrations/${kind}`,
    snapshotName: ".snapshot",
    glob: "Migration*.js",
    emit: "ts" as const,
  },
};
