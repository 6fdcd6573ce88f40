import "../node-version.js";
import "reflect-metadata";
import { loadProcessConfig } from "../config/process-config.js";
import { openDatabase } from "../database/database.js";

/** `npm run migrate`: applies pending migrations and ends, for deployments with MIGRATE_ON_START=false. */
const database = await openDatabase(loadProcessConfig());
try {
  const applied = await database.migrate();
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log("nothing to migrate");
} finally {
  await database.orm.close();
}
