import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import { canServe, type Database, hasPendingMigrations, openDatabase } from "./database/database.js";
import type { DatabaseHooks } from "./database/database-options.js";
import { createApolloServer } from "./graphql/apollo.js";
import { createAuthChecker } from "./graphql/auth-checker.js";
import { reportRootFields } from "./graphql/operation-reports.js";
import { createSchema } from "./graphql/schema.js";
import type { ConnectionLimits } from "./http/connection-limits.js";
import { watchRequests } from "./http/drain.js";
import { registerGraphqlRoute } from "./http/graphql.route.js";
import { registerMetricsRoute } from "./http/metrics.route.js";
import { registerProbeRoutes } from "./http/probes.route.js";
import { type ContextParts, HttpRequestContext } from "./http/request-context.js";
import { createHttpServer } from "./http/server.js";
import { BackgroundJobs } from "./infra/background-jobs.js";
import type { Metrics } from "./infra/metrics.js";
import { createReadinessCheck } from "./infra/readiness.js";
import { logRequest } from "./infra/request-log.js";
import { StartError } from "./lib/start-error.js";
import { AccountResolver } from "./modules/account/account.resolver.js";
import { type AuthSettings, EmailVerificationPolicy } from "./modules/account/auth-settings.types.js";
import { createSessionLoaders } from "./modules/session/session.loaders.js";
import { SessionResolver, UserSessionsResolver } from "./modules/session/session.resolver.js";
import { UserResolver } from "./modules/user/user.resolver.js";
import { prune } from "./pruning.js";
import { createServices, type ServiceSurroundings, type Services } from "./services.js";

/** What the outside world hands in. Tests watch the statements, and wait for slow clients not as long. */
export interface Surroundings extends ServiceSurroundings, DatabaseHooks {
  readonly connectionLimits?: ConnectionLimits;
}

export interface App {
  readonly http: FastifyInstance;
  readonly database: Database;
  /** Answers "not ready", finishes what is in flight, lets go of threads and database. */
  close(): Promise<void>;
}

/** On average. Until then an instance may sign with a key that another has replaced. */
export const KEYS_RELOAD_SECONDS = 60;
const PRUNE_SECONDS = 3600;

/** Builds the whole server, ready to listen. */
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

interface AppParts extends Surroundings {
  readonly database: Database;
  readonly services: Services;
}

async function createHttpApp(config: Config, parts: AppParts): Promise<App> {
  const { logger, database, services } = parts;
  const apollo = createApolloServer(createAppSchema(config, services), config, logger);
  await apollo.start();
  const metrics = config.metrics ? await createMetrics(parts) : null;
  const http = createHttpServer(config, {
    logger,
    limits: parts.connectionLimits,
    finish(request) {
      logRequest(logger, request);
      metrics?.observe(request);
    },
  });
  const requests = watchRequests(http);
  registerGraphqlRoute(http, apollo, contextsFor(config, parts));
  if (metrics !== null) registerMetricsRoute(http, metrics);
  const isDatabaseReady = createReadinessCheck(() => canServe(database), logger);
  registerProbeRoutes(http, {
    isReady: async () => !requests.isDraining && (await isDatabaseReady()),
    jwks: () => services.keyRing.jwks,
  });
  const jobs = startBackgroundJobs(config, parts);
  return {
    http,
    database,
    async close() {
      await requests.drain();
      await jobs.stop();
      await apollo.stop();
      await services.hashPool.close();
      await database.orm.close();
    },
  };
}

function contextsFor(config: Config, { clock, database, services }: AppParts) {
  const parts: ContextParts = {
    accessTokens: services.accessTokens,
    forkEntityManager: () => database.orm.em.fork(),
    createLoaders: (em) => createSessionLoaders(em, clock, config),
    isSecure: config.publicUrl.startsWith("https:"),
  };
  return (request: FastifyRequest, reply: FastifyReply) => new HttpRequestContext(request, reply, parts);
}

async function createMetrics({ database, services }: AppParts): Promise<Metrics> {
  // Loaded where it is wanted: a start has better things to do.
  const { Metrics } = await import("./infra/metrics.js");
  return new Metrics({
    hashPool: services.hashPool,
    sessions: services.sessionService,
    databaseConnections: database.kind === "postgresql" ? database.connections : null,
  });
}

function startBackgroundJobs(
  config: Config,
  { logger, clock, database, services }: AppParts,
): BackgroundJobs {
  const { keyRing, attemptLimiter } = services;
  const jobs = new BackgroundJobs(logger);
  jobs.start({ name: "reload keys", everySeconds: KEYS_RELOAD_SECONDS, run: () => keyRing.reload() });
  jobs.start({
    name: "prune",
    everySeconds: PRUNE_SECONDS,
    run: (signal) => prune({ database, attemptLimiter, limits: config, clock, signal }),
  });
  return jobs;
}

function createAppSchema(config: Config, { accountService, sessionService }: Services) {
  const resolvers = new Map<unknown, unknown>([
    [AccountResolver, new AccountResolver(accountService, authSettingsOf(config))],
    [SessionResolver, new SessionResolver(sessionService)],
    [UserResolver, new UserResolver()],
    [UserSessionsResolver, new UserSessionsResolver()],
  ]);
  const schema = createSchema({
    authChecker: createAuthChecker(sessionService),
    container: { get: (resolverClass) => resolvers.get(resolverClass) },
  });
  reportRootFields(schema);
  return schema;
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
