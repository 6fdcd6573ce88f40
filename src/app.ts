import type { MikroORM } from "@mikro-orm/sqlite";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import type { RequestContext } from "./context.js";
import { type DatabaseHooks, hasPendingMigrations, migrate, openDatabase } from "./database.js";
import { createApolloServer } from "./graphql/apollo.js";
import { createAuthChecker } from "./graphql/auth-checker.js";
import { createSchema } from "./graphql/schema.js";
import { readBearerCredential } from "./http/bearer.js";
import { readClientInfo } from "./http/client-info.js";
import { registerGraphqlRoute } from "./http/graphql.route.js";
import { registerProbeRoutes } from "./http/probes.route.js";
import { createHttpServer } from "./http/server.js";
import type { Clock } from "./lib/clock.js";
import { SecretKeys } from "./lib/secret-keys.js";
import { AccountResolver } from "./modules/account/account.resolver.js";
import { AccountService } from "./modules/account/account.service.js";
import { type AuthSettings, EmailVerificationPolicy } from "./modules/account/auth-settings.types.js";
import { HashPool } from "./modules/password/hash-pool.js";
import { PasswordHasher } from "./modules/password/password-hasher.js";
import { PasswordPolicy } from "./modules/password/password-policy.js";
import { createSessionLoaders, type SessionLoaders } from "./modules/session/session.loaders.js";
import { SessionResolver, UserSessionsResolver } from "./modules/session/session.resolver.js";
import { SessionService } from "./modules/session/session.service.js";
import { ViewerReader } from "./modules/session/viewer.reader.js";
import { AccessTokens } from "./modules/token/access-tokens.js";
import { KeyRing } from "./modules/token/key-ring.js";
import { RefreshTokens } from "./modules/token/refresh-tokens.js";
import { UserResolver } from "./modules/user/user.resolver.js";

/** What the outside world hands in. Tests hand in another clock and watch the statements. */
export interface Surroundings extends DatabaseHooks {
  readonly logger: Logger;
  readonly clock: Clock;
  /** At least 32 bytes; loadConfig has checked it or the development secret has it. */
  readonly authSecret: string;
}

export interface App {
  readonly http: FastifyInstance;
  readonly orm: MikroORM;
  /** Answers "not ready", finishes what is in flight, lets go of threads and database. */
  close(): Promise<void>;
}

/** The composition root: the only place that constructs services. */
export async function createApp(config: Config, surroundings: Surroundings): Promise<App> {
  const { logger, clock } = surroundings;
  const orm = await openDatabase(config.databaseUrl, surroundings);
  if (config.migrateOnStart) for (const name of await migrate(orm)) logger.info(`applied ${name}`);

  const secretKeys = new SecretKeys(surroundings.authSecret, config.authSecretPrevious);
  const keyRing = new KeyRing(config, secretKeys, clock);
  await keyRing.load(orm.em.fork());
  const accessTokens = new AccessTokens(config, keyRing, clock);

  const hashPool = new HashPool({ concurrency: config.hashConcurrency, queue: config.hashQueue });
  const passwordHasher = new PasswordHasher(config.argon2, hashPool);
  const passwordPolicy = new PasswordPolicy(config.password);
  const sessionService = new SessionService(config, {
    accessTokens,
    refreshTokens: new RefreshTokens(secretKeys),
    viewerReader: new ViewerReader(orm.em),
    clock,
  });
  const accountService = new AccountService(config, {
    passwordHasher,
    passwordPolicy,
    sessionService,
    clock,
  });

  const resolvers = new Map<unknown, unknown>([
    [AccountResolver, new AccountResolver(accountService, authSettings(config))],
    [SessionResolver, new SessionResolver(sessionService)],
    [UserResolver, new UserResolver()],
    [UserSessionsResolver, new UserSessionsResolver()],
  ]);
  const schema = createSchema({
    authChecker: createAuthChecker(sessionService),
    container: { get: (resolverClass) => resolvers.get(resolverClass) },
  });
  const apollo = createApolloServer(schema, config, logger);
  await apollo.start();

  function createContext(request: FastifyRequest): RequestContext {
    let em: RequestContext["em"] | undefined;
    let loaders: SessionLoaders | undefined;
    return {
      client: readClientInfo(request),
      credential: readBearerCredential(request.headers.authorization, accessTokens),
      viewer: null,
      viewerLookup: undefined,
      // Made when first asked for: `me` needs neither.
      get em() {
        em ??= orm.em.fork();
        return em;
      },
      get loaders() {
        loaders ??= createSessionLoaders(this.em, clock, config);
        return loaders;
      },
    };
  }

  let isStopping = false;
  const http = createHttpServer(config, logger);
  registerGraphqlRoute(http, apollo, createContext);
  registerProbeRoutes(http, {
    isReady: async () => !isStopping && (await isDatabaseReady(orm)),
    jwks: () => keyRing.jwks,
  });

  return {
    http,
    orm,
    async close() {
      isStopping = true;
      await http.close();
      await apollo.stop();
      await hashPool.close();
      await orm.close();
    },
  };
}

async function isDatabaseReady(orm: MikroORM): Promise<boolean> {
  try {
    return !(await hasPendingMigrations(orm));
  } catch {
    return false;
  }
}

function authSettings(config: Config): AuthSettings {
  return {
    signupEnabled: config.signupEnabled,
    emailVerification: EmailVerificationPolicy.OFF,
    passwordMinLength: config.password.minLength,
    passwordMaxLength: config.password.maxLength,
    passkeysEnabled: false,
    cookieDeliveryEnabled: false,
  };
}
