import "reflect-metadata";
import { databaseOptions } from "./src/database.js";

/**
 * For MikroORM's CLI, run on the compiled file: `npm run migration:create -- --name <name>` compares the entities
 * with the latest snapshot and writes a migration.
 */
const options = databaseOptions(process.env.DATABASE_URL ?? "sqlite::memory:");

export default {
  ...options,
  migrations: {
    path: "dist/src/migrations/sqlite",
    pathTs: "src/migrations/sqlite",
    snapshotName: ".snapshot",
    glob: "Migration*.js",
    emit: "ts" as const,
  },
};
