import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import type { Clock } from "./lib/clock.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { pruneEndedSessions } from "./modules/session/session.pruning.js";

export interface Pruned {
  readonly sessions: number;
  readonly attemptCounters: number;
}

interface PruningParts {
  readonly database: Database;
  readonly attemptLimiter: AttemptLimiter;
  readonly limits: Pick<Config, "sessionIdleSeconds" | "sessionMaxSeconds">;
  readonly clock: Clock;
  /** Ends it early, between two pages. */
  readonly signal?: AbortSignal;
}

/** Deletes what has had its time, so that tables stay as large as what is alive. Safe beside everything else. */
export async function prune({ database, attemptLimiter, ...rules }: PruningParts): Promise<Pruned> {
  if (database.kind === "postgresql") await database.pruneTransactionMarks();
  const attemptCounters = await attemptLimiter.prune();
  const sessions = await pruneEndedSessions(database.orm.em.fork(), rules);
  return { sessions, attemptCounters };
}
