import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import { type Database, hasPendingMigrations, openDatabase } from "./database/database.js";
import type { DatabaseHooks } from "./database/database-options.js";
import { createApolloServer } from "./graphql/apollo.js";
import { createAuthChecker } from "./graphql/auth-checker.js";
import { createSchema } from "./graphql/schema.js";
import { watchRequests } from "./http/drain.js";
import { registerGraphqlRoute } from "./http/graphql.route.js";
import { registerProbeRoutes } from "./http/probes.route.js";
import { createRequestContext } from "./http/request-context.js";
import { createHttpServer } from "./http/server.js";
import type { Clock } from "./lib/clock.js";
import { SealedBox } from "./lib/sealed-box.js";
import { SecretKeys } from "./lib/secret-keys.js";
import { StartError } from "./lib/start-error.js";
import { AccountResolver } from "./modules/account/account.resolver.js";
import { AccountService } from "./modules/account/account.service.js";
import { type AuthSettings, EmailVerificationPolicy } from "./modules/account/auth-settings.types.js";
import { LoginAttempts } from "./modules/account/login-attempts.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { MemoryAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.memory.js";
import { PostgresqlAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.postgresql.js";
import { HashPool } from "./modules/password/hash-pool.js";
import { PasswordHasher } from "./modules/password/password-hasher.js";
import { PasswordPolicy } from "./modules/password/password-policy.js";
import { createSessionLoaders } from "./modules/session/session.loaders.js";
import { SessionResolver, UserSessionsResolver } from "./modules/session/session.resolver.js";
import { SessionService } from "./modules/session/session.service.js";
import type { ViewerReader } from "./modules/session/viewer.reader.js";
import { PostgresqlViewerReader } from "./modules/session/viewer.reader.postgresql.js";
import { SqliteViewerReader } from "./modules/session/viewer.reader.sqlite.js";
import { AccessTokens } from "./modules/token/access-tokens.js";
import { DeviceTokens } from "./modules/token/device-tokens.js";
import { KeyRing } from "./modules/token/key-ring.js";
import { RefreshTokens } from "./modules/token/refresh-tokens.js";
import { UserResolver } from "./modules/user/user.resolver.js";

/** What the outside world hands in. Tests hand in another clock and watch the statements. */
export interface Surroundings extends DatabaseHooks {
  readonly logger: Logger;
  readonly clock: Clock;
  /** AUTH_SECRET, or the secret of a development machine. */
  readonly authSecret: string;
}

export interface App {
  readonly http: FastifyInstance;
  readonly database: Database;
  /** Answers "not ready", finishes what is in flight, lets go of threads and database. */
  close(): Promise<void>;
}

type Services = Awaited<ReturnType<typeof createServices>>;

/** Builds the whole server, ready to listen. This file is the only one that constructs services. */
export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const database = await openDatabase(config, surroundings);
  try {
    await bringUpToDate(database, config, surroundings.logger);
    const services = await createServices(config, surroundings, database);
    return await createHttpApp(config, { ...surroundings, database, services });
  } catch (error) {
    await database.orm.close();
    throw error;
  }
}

async function bringUpToDate(database: Database, config: Config, logger: Logger): Promise<void> {
  if (config.migrateOnStart) {
    for (const name of await database.migrate()) logger.info(`applied ${name}`);
  } else if (await hasPendingMigrations(database)) {
    throw new StartError(
      'The database lacks migrations: run "npm run migrate", or set MIGRATE_ON_START=true.',
    );
  }
}

async function createServices(
  config: Config,
  { clock, authSecret, logger }: Surroundings,
  database: Database,
) {
  const secretKeys = new SecretKeys(authSecret, config.authSecretPrevious);
  const sealedBox = new SealedBox(secretKeys);
  const keyRing = await KeyRing.load(database.orm.em.fork(), { config, secretKeys, sealedBox, clock });
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
  const deviceTokens = new DeviceTokens(secretKeys);
  const loginAttempts = new LoginAttempts(config, { attemptLimiter, deviceTokens, sessionService });
  const accountService = new AccountService(config, {
    passwordHasher,
    passwordPolicy,
    sessionService,
    loginAttempts,
    deviceTokens,
    clock,
  });
  return { keyRing, accessTokens, hashPool, sessionService, accountService };
}

function createViewerReader(database: Database): ViewerReader {
  return database.kind === "postgresql"
    ? new PostgresqlViewerReader(database.client)
    : new SqliteViewerReader(database.client);
}

function createAttemptLimiter(database: Database, clock: Clock): AttemptLimiter {
  return database.kind === "postgresql"
    ? new PostgresqlAttemptLimiter(database.client, clock)
    : new MemoryAttemptLimiter(clock);
}

interface AppParts extends Surroundings {
  readonly database: Database;
  readonly services: Services;
}

async function createHttpApp(config: Config, { logger, clock, database, services }: AppParts): Promise<App> {
  const apollo = createApolloServer(createAppSchema(config, services), config, logger);
  await apollo.start();
  const http = createHttpServer(config, logger);
  const requests = watchRequests(http);
  registerGraphqlRoute(http, apollo, (request, reply) =>
    createRequestContext(request, reply, {
      accessTokens: services.accessTokens,
      forkEntityManager: () => database.orm.em.fork(),
      createLoaders: (em) => createSessionLoaders(em, clock, config),
      isSecure: config.publicUrl.startsWith("https:"),
    }),
  );
  registerProbeRoutes(http, {
    isReady: async () => !requests.isDraining && (await isDatabaseReady(database)),
    jwks: () => services.keyRing.jwks,
  });
  return {
    http,
    database,
    async close() {
      await requests.drain();
      await apollo.stop();
      await services.hashPool.close();
      await database.orm.close();
    },
  };
}

async function isDatabaseReady(database: Database): Promise<boolean> {
  try {
    return !(await hasPendingMigrations(database));
  } catch {
    return false;
  }
}

function createAppSchema(config: Config, { accountService, sessionService }: Services) {
  const resolvers = new Map<unknown, unknown>([
    [AccountResolver, new AccountResolver(accountService, authSettingsOf(config))],
    [SessionResolver, new SessionResolver(sessionService)],
    [UserResolver, new UserResolver()],
    [UserSessionsResolver, new UserSessionsResolver()],
  ]);
  return createSchema({
    authChecker: createAuthChecker(sessionService),
    container: { get: (resolverClass) => resolvers.get(resolverClass) },
  });
}

function authSettingsOf(config: Config): AuthSettings {
  return {
    signupEnabled: config.signupEnabled,
    emailVerification: EmailVerificationPolicy.OFF,
    passwordMinLength: config.password.minLength,
    passwordMaxLength: config.password.maxLength,
    passkeysEnabled: false,
    cookieDeliveryEnabled: false,
  };
}
