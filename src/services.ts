import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import type { Clock } from "./lib/clock.js";
import { SealedBox } from "./lib/sealed-box.js";
import { SecretKeys } from "./lib/secret-keys.js";
import { AccountService } from "./modules/account/account.service.js";
import { CredentialAttempts } from "./modules/account/credential-attempts.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { MemoryAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.memory.js";
import { PostgresqlAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.postgresql.js";
import { HashPool } from "./modules/password/hash-pool.js";
import { PasswordHasher } from "./modules/password/password-hasher.js";
import { PasswordPolicy } from "./modules/password/password-policy.js";
import { SessionService } from "./modules/session/session.service.js";
import type { ViewerReader } from "./modules/session/viewer.reader.js";
import { PostgresqlViewerReader } from "./modules/session/viewer.reader.postgresql.js";
import { SqliteViewerReader } from "./modules/session/viewer.reader.sqlite.js";
import { AccessTokens } from "./modules/token/access-tokens.js";
import { DeviceTokens } from "./modules/token/device-tokens.js";
import { KeyRing } from "./modules/token/key-ring.js";
import { RefreshTokens } from "./modules/token/refresh-tokens.js";

/** What the outside world hands in. Tests hand in another clock. */
export interface ServiceSurroundings {
  readonly logger: Logger;
  readonly clock: Clock;
  /** AUTH_SECRET, or the secret of a development machine. */
  readonly authSecret: string;
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** The only place that constructs services. */
export async function createServices(
  config: Config,
  { clock, authSecret, logger }: ServiceSurroundings,
  database: Database,
) {
  const secretKeys = new SecretKeys(authSecret, config.authSecretPrevious);
  const sealedBox = new SealedBox(secretKeys);
  const keyRing = await KeyRing.load({
    config,
    secretKeys,
    sealedBox,
    clock,
    forkEntityManager: () => database.orm.em.fork(),
  });
  const accessTokens = new AccessTokens(config, keyRing, clock);
  const refreshTokens = new RefreshTokens(secretKeys);

  const hashPool = new HashPool({ concurrency: config.hashConcurrency, queue: config.hashQueue });
  const passwordHasher = new PasswordHasher(config.argon2, hashPool);
  const passwordPolicy = new PasswordPolicy(config.password);
  const viewerReader = createViewerReader(database);
  const sessionService = new SessionService(config, {
    accessTokens,
    refreshTokens,
    viewerReader,
    logger,
    clock,
  });
  const attemptLimiter = createAttemptLimiter(database, clock);
  const deviceTokens = new DeviceTokens(secretKeys, clock);
  const credentialAttempts = new CredentialAttempts(config, { attemptLimiter, deviceTokens, sessionService });
  const accountService = new AccountService(config, {
    passwordHasher,
    passwordPolicy,
    sessionService,
    credentialAttempts,
    deviceTokens,
    clock,
  });
  return { keyRing, accessTokens, hashPool, sessionService, attemptLimiter, accountService };
}

function createViewerReader(database: Database): ViewerReader {
  return database.kind === "postgresql"
    ? new PostgresqlViewerReader(database.client)
    : new SqliteViewerReader(database.client);
}

export function createAttemptLimiter(database: Database, clock: Clock): AttemptLimiter {
  return database.kind === "postgresql"
    ? new PostgresqlAttemptLimiter(database.client, clock)
    : new MemoryAttemptLimiter(clock);
}
