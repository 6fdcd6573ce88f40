import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import { allDone } from "./lib/all-done.js";
import type { Clock } from "./lib/clock.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { pruneOutbox } from "./modules/mail/outbox-sender.js";
import { prunePendingTotpSetups } from "./modules/mfa/pending-totp-setup.pruning.js";
import { pruneOneTimeTokens } from "./modules/one-time-token/one-time-tokens.js";
import { pruneSpentCeremonies } from "./modules/passkey/ceremonies.js";
import { prunePendingSignups } from "./modules/pending-signup/pending-signups.js";
import { pruneSecurityEvents } from "./modules/security-event/security-event.pruning.js";
import { pruneEndedSessions } from "./modules/session/session.pruning.js";

interface Pruned {
  readonly sessions: number;
  readonly attemptCounters: number;
  readonly mailLinks: number;
  readonly pendingSignups: number;
  readonly securityEvents: number;
}

interface PruningParts {
  readonly database: Database;
  readonly attemptLimiter: AttemptLimiter;
  readonly limits: Pick<Config, "sessionIdleSeconds" | "sessionMaxSeconds" | "securityEventDays">;
  readonly clock: Clock;
  /** Ends it early, between two pages. */
  readonly signal?: AbortSignal;
}

/** Deletes what has had its time, so that tables stay as large as what is alive. Safe beside everything else. */
export async function prune(parts: PruningParts): Promise<Pruned> {
  const { database, attemptLimiter, ...rules } = parts;
  const pruned = { sessions: 0, attemptCounters: 0, mailLinks: 0, pendingSignups: 0, securityEvents: 0 };
  const steps = [
    async () => {
      pruned.attemptCounters = await attemptLimiter.prune(rules.signal);
    },
    async () => {
      if (database.kind === "postgresql") await database.pruneTransactionMarks(rules.signal);
    },
    async () => {
      pruned.mailLinks = await pruneOneTimeTokens(database.orm.em.fork(), rules);
    },
    async () => {
      pruned.pendingSignups = await prunePendingSignups(database.orm.em.fork(), rules);
    },
    async () => {
      await prunePendingTotpSetups(database.orm.em.fork(), rules);
    },
    async () => {
      await pruneOutbox(database.orm.em.fork(), rules.clock);
    },
    async () => {
      await pruneSpentCeremonies(database.orm.em.fork(), rules);
    },
    async () => {
      pruned.securityEvents = await pruneSecurityEvents(database.orm.em.fork(), rules);
    },
    async () => {
      pruned.sessions = await pruneEndedSessions(database.orm.em.fork(), rules);
    },
  ];
  await allDone(steps.map((step) => step()));
  return pruned;
}
