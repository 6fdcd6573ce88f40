import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import { BackgroundJobs } from "./infra/background-jobs.js";
import type { Clock } from "./lib/clock.js";
import { resealTotpSecrets } from "./modules/mfa/totp-resealing.js";
import { prune } from "./pruning.js";
import type { Services } from "./services.js";

/** On average. Until then an instance may sign with a key that another has replaced. */
export const KEYS_RELOAD_SECONDS = 60;
/** On average, and half as long again at most: an import shows within a minute. */
const FORMS_RELOAD_SECONDS = 30;
const PRUNE_SECONDS = 3600;
const OUTBOX_SECONDS = 1;
/** On average: a rotated secret is needed for that much longer after the start, and for as long as it takes. */
const RESEAL_SECONDS = 60;

/** Tests are in more of a hurry, or in none. */
export interface JobIntervals {
  /** How often the outbox is looked into, on average. */
  readonly outboxSeconds?: number;
  /** How often what AUTH_SECRET_PREVIOUS has sealed is looked for, on average. */
  readonly resealSeconds?: number;
}

interface JobParts extends JobIntervals {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly database: Database;
  readonly services: Services;
}

/** What the server does by itself. */
export function startJobs(config: Config, parts: JobParts): BackgroundJobs {
  const { logger, clock, database, services } = parts;
  const { outboxSeconds = OUTBOX_SECONDS, resealSeconds = RESEAL_SECONDS } = parts;
  const { keyRing, importedHashForms, attemptLimiter, outboxSender, sealedBox } = services;
  const jobs = new BackgroundJobs(logger);
  jobs.start({ name: "reload keys", everySeconds: KEYS_RELOAD_SECONDS, run: () => keyRing.reload() });
  jobs.start({
    name: "reload forms of imported hashes",
    everySeconds: FORMS_RELOAD_SECONDS,
    run: () => importedHashForms.reload(),
  });
  jobs.start({
    name: "prune",
    everySeconds: PRUNE_SECONDS,
    run: (signal) => prune({ database, attemptLimiter, limits: config, clock, signal }),
  });
  if (outboxSender !== null) {
    jobs.start({
      name: "send mail",
      everySeconds: outboxSeconds,
      run: (signal) => outboxSender.sendDue(signal),
    });
  }
  if (config.authSecretPrevious !== undefined) {
    jobs.start({
      name: "reseal TOTP secrets",
      everySeconds: resealSeconds,
      run: (signal) => resealTotpSecrets(database.orm.em.fork(), sealedBox, signal),
    });
  }
  return jobs;
}
