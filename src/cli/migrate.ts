import "../node-version.js";
import "reflect-metadata";
import { loadProcessConfig } from "../config/process-config.js";
import { migrate, openDatabase } from "../database.js";

/** `npm run migrate`: applies pending migrations and ends, for deployments with MIGRATE_ON_START=false. */
const orm = await openDatabase(loadProcessConfig().databaseUrl);
try {
  const applied = await migrate(orm);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log("nothing to migrate");
} finally {
  await orm.close();
}
