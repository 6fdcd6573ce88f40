import { prune } from "../pruning.js";
import { createAttemptLimiter } from "../services.js";
import type { Command } from "./command.js";
import { withMigratedDatabase } from "./migrated-database.js";

/** The server does the same by itself every hour; this is for a schedule of one's own. */
export const pruneCommand: Command = {
  summary:
    "deletes sessions, mail links, waiting signups, security events and attempt counters whose time has passed",
  async run(config) {
    const pruned = await withMigratedDatabase(config, (database) => {
      const attemptLimiter = createAttemptLimiter(database, Date.now);
      return prune({ database, attemptLimiter, limits: config, clock: Date.now });
    });
    const { sessions, mailLinks, pendingSignups, securityEvents, attemptCounters } = pruned;
    console.log(
      `pruned ${sessions} sessions, ${mailLinks} mail links, ${pendingSignups} waiting signups, ${securityEvents} security events and ${attemptCounters} attempt counters`,
    );
  },
};
