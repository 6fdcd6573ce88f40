import { hasPendingMigrations, openDatabase } from "../database/database.js";
import { StartError } from "../lib/start-error.js";
import { prune } from "../pruning.js";
import { createAttemptLimiter } from "../services.js";
import type { Command } from "./command.js";

/** The server does the same by itself every hour; this is for a schedule of one's own. */
export const pruneCommand: Command = {
  summary: "deletes expired sessions and attempt counters whose time has passed",
  async run(config) {
    const database = await openDatabase(config);
    try {
      if (await hasPendingMigrations(database)) throw new StartError('Run "npm run migrate" first.');
      const attemptLimiter = createAttemptLimiter(database, Date.now);
      const parts = { database, attemptLimiter, limits: config, clock: Date.now };
      const { sessions, attemptCounters } = await prune(parts);
      console.log(`pruned ${sessions} sessions and ${attemptCounters} attempt counters`);
    } finally {
      await database.orm.close();
    }
  },
};
