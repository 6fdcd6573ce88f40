import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import type { Clock } from "./lib/clock.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { pruneEndedSessions } from "./modules/session/session.pruning.js";

interface Pruned {
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
  const pruned = { sessions: 0, attemptCounters: 0 };
  const steps = [
    async () => {
      pruned.attemptCounters = await attemptLimiter.prune(rules.signal);
    },
    async () => {
      if (database.kind === "postgresql") await database.pruneTransactionMarks(rules.signal);
    },
    async () => {
      pruned.sessions = await pruneEndedSessions(database.orm.em.fork(), rules);
    },
  ];
  // Each whether or not the others can.
  const outcomes = await Promise.allSettled(steps.map((step) => step()));
  const failure = outcomes.find(({ status }) => status === "rejected");
  if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  return pruned;
}
