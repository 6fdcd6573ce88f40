import "../node-version.js";
import "reflect-metadata";
import { openDatabase } from "../database/database.js";
import { type Command, runCommand } from "./command.js";

/** `npm run migrate`: applies pending migrations and ends, for deployments with MIGRATE_ON_START=false. */
const migrateCommand: Command = {
  summary: "applies pending migrations",
  async run(config) {
    const database = await openDatabase(config);
    try {
      const applied = await database.migrate();
      for (const name of applied) console.log(`applied ${name}`);
      if (applied.length === 0) console.log("nothing to migrate");
    } finally {
      await database.orm.close();
    }
  },
};

await runCommand("npm run migrate --", migrateCommand, process.argv.slice(2));
