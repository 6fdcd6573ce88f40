import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import type { Loaders } from "./context.js";
import { canServe, type Database, hasPendingMigrations, openDatabase } from "./database/database.js";
import type { DatabaseHooks } from "./database/database-options.js";
import { createApolloServer } from "./graphql/apollo.js";
import { createAuthChecker } from "./graphql/auth-checker.js";
import { reportRootFields } from "./graphql/operation-reports.js";
import { createSchema } from "./graphql/schema.js";
import { printSubgraphSdl } from "./graphql/subgraph-sdl.js";
import { goInCohorts } from "./http/cohort.js";
import type { ConnectionLimits } from "./http/connection-limits.js";
import { watchRequests } from "./http/drain.js";
import { registerGraphqlRoute } from "./http/graphql.route.js";
import { registerMetricsRoute } from "./http/metrics.route.js";
import { registerPageRoutes } from "./http/pages.route.js";
import { registerProbeRoutes } from "./http/probes.route.js";
import { type ContextParts, HttpRequestContext } from "./http/request-context.js";
import { createHttpServer } from "./http/server.js";
import type { Metrics } from "./infra/metrics.js";
import { createReadinessCheck } from "./infra/readiness.js";
import { logRequest } from "./infra/request-log.js";
import { type JobIntervals, startJobs } from "./jobs.js";
import { StartError } from "./lib/start-error.js";
import { AccountResolver } from "./modules/account/account.resolver.js";
import { type AuthSettings, EmailVerificationPolicy } from "./modules/account/auth-settings.types.js";
import { AdministrationResolver } from "./modules/admin/administration.resolver.js";
import { UserDirectoryResolver } from "./modules/admin/user-directory.resolver.js";
import { EmailResolver } from "./modules/email/email.resolver.js";
import { FederationResolver } from "./modules/federation/federation.resolver.js";
import { createMfaLoaders } from "./modules/mfa/mfa.loaders.js";
import { MfaResolver, UserMfaResolver } from "./modules/mfa/mfa.resolver.js";
import { createPasskeyLoaders } from "./modules/passkey/passkey.loaders.js";
import { PasskeyResolver, UserPasskeysResolver } from "./modules/passkey/passkey.resolver.js";
import { PasswordResolver } from "./modules/password/password.resolver.js";
import { createSecurityEventLoaders } from "./modules/security-event/security-event.loaders.js";
import {
  SecurityEventResolver,
  UserSecurityEventsResolver,
} from "./modules/security-event/security-event.resolver.js";
import { createSessionLoaders } from "./modules/session/session.loaders.js";
import { SessionResolver, UserSessionsResolver } from "./modules/session/session.resolver.js";
import { createUserLoaders } from "./modules/user/user.loaders.js";
import { UserResolver } from "./modules/user/user.resolver.js";
import { createServices, type ServiceSurroundings, type Services } from "./services.js";

/** What the outside world hands in. Tests watch the statements, and wait for slow clients not as long. */
export interface Surroundings extends ServiceSurroundings, DatabaseHooks, JobIntervals {
  readonly connectionLimits?: ConnectionLimits;
}

export interface App {
  readonly http: FastifyInstance;
  readonly database: Database;
  /** Answers "not ready", finishes what is in flight, lets go of threads and database. */
  close(): Promise<void>;
}

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
  goInCohorts(http);
  registerGraphqlRoute(http, apollo, contextsFor(config, parts));
  registerPageRoutes(http, config);
  if (metrics !== null) registerMetricsRoute(http, metrics);
  const isDatabaseReady = createReadinessCheck(() => canServe(database), logger);
  registerProbeRoutes(http, {
    isReady: async () => !requests.isDraining && (await isDatabaseReady()),
    jwks: () => services.keyRing.jwks,
  });
  const jobs = startJobs(config, parts);
  if (parts.mailTransport === null) {
    logger.warn("SMTP_URL is not set: no mail is sent, and nobody who forgets their password gets in again");
  }
  return {
    http,
    database,
    async close() {
      await requests.drain();
      await jobs.stop();
      await services.outboxSender?.stop();
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
    createLoaders: (em): Loaders => ({
      ...createPasskeyLoaders(em),
      ...createSecurityEventLoaders(em, services.securityEventReader),
      ...createMfaLoaders(em),
      ...createSessionLoaders(em, clock, config),
      ...createUserLoaders(em),
    }),
    isSecure: config.publicUrl.startsWith("https:"),
    offersCookies: config.cookieDelivery,
  };
  return (request: FastifyRequest, reply: FastifyReply) => new HttpRequestContext(request, reply, parts);
}

async function createMetrics({ database, services }: AppParts): Promise<Metrics> {
  // Loaded where it is wanted: a start has better things to do.
  const { Metrics } = await import("./infra/metrics.js");
  return new Metrics({
    hashPool: services.hashPool,
    sessions: services.sessionTokens,
    mails: services.outboxSender,
    databaseConnections: database.kind === "postgresql" ? database.connections : null,
  });
}

function createAppSchema(config: Config, services: Services) {
  const { sessionService } = services;
  const resolvers = new Map<unknown, unknown>([
    [AccountResolver, new AccountResolver(services, authSettingsOf(config))],
    [AdministrationResolver, new AdministrationResolver(services.administrationService)],
    [EmailResolver, new EmailResolver(services.emailService)],
    [FederationResolver, new FederationResolver(printSubgraphSdl)],
    [MfaResolver, new MfaResolver(services.mfaService)],
    [PasskeyResolver, new PasskeyResolver(services.passkeyService, services.passkeyAssertions)],
    [PasswordResolver, new PasswordResolver(services.passwordService)],
    [SecurityEventResolver, new SecurityEventResolver(services.securityEventReader)],
    [SessionResolver, new SessionResolver(sessionService, services.sessionTokens)],
    [UserDirectoryResolver, new UserDirectoryResolver(services.userDirectory)],
    [UserMfaResolver, new UserMfaResolver()],
    [UserPasskeysResolver, new UserPasskeysResolver()],
    [UserResolver, new UserResolver(services.profileService)],
    [UserSecurityEventsResolver, new UserSecurityEventsResolver()],
    [UserSessionsResolver, new UserSessionsResolver()],
  ]);
  const schema = createSchema({
    authChecker: createAuthChecker(sessionService),
    container: { get: (resolverClass) => resolvers.get(resolverClass) },
    federation: config.federation,
  });
  reportRootFields(schema);
  return schema;
}

const POLICIES = {
  off: EmailVerificationPolicy.OFF,
  optional: EmailVerificationPolicy.OPTIONAL,
  required: EmailVerificationPolicy.REQUIRED,
} as const;

function authSettingsOf(config: Config): AuthSettings {
  return {
    signupEnabled: config.signupEnabled,
    emailVerification: POLICIES[config.emailVerification],
    passwordMinLength: config.password.minLength,
    passwordMaxLength: config.password.maxLength,
    passkeysEnabled: config.webauthn.isEnabled,
    cookieDeliveryEnabled: config.cookieDelivery,
  };
}
