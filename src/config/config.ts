import { availableParallelism } from "node:os";
import { ConfigError, type Environment, EnvironmentReader } from "./environment-reader.js";
import { readWebauthnConfig } from "./webauthn-config.js";

export type JwtAlgorithm = "ES256" | "HS256" | "RS256";

/** The whole configuration, read once at start and frozen. README's table tells what each setting means. */
export type Config = Readonly<ReturnType<typeof readConfig>>;

/** Who mails come from. */
export interface MailSender {
  readonly name: string | null;
  readonly address: string;
}

const DAY = 86_400;
const MAX_SECONDS = 3650 * DAY;

/** RFC 9106 and the OWASP cheat sheet's floor; only NODE_ENV=test may go below. */
const ARGON2_FLOOR = { memoryKib: 19_456, iterations: 2 } as const;

export const MIN_SECRET_BYTES = 32;

/** @throws ConfigError naming every faulty variable at once */
export function loadConfig(environment: Environment): Config {
  const reader = new EnvironmentReader(environment);
  const config = readConfig(reader);
  if (config.isProduction && config.authSecret === undefined) {
    reader.fault("AUTH_SECRET is required with NODE_ENV=production", undefined);
  }
  if (config.isProduction && config.emailVerification === "required" && config.smtpUrl === undefined) {
    reader.fault("SMTP_URL is required with EMAIL_VERIFICATION=required: nobody could log in", undefined);
  }
  if (reader.faults.length > 0) throw new ConfigError(reader.faults);
  return Object.freeze(config);
}

function readConfig(env: EnvironmentReader) {
  const nodeEnv = env.oneOf("NODE_ENV", ["development", "production", "test"], "development");
  const isProduction = nodeEnv === "production";
  const port = env.integer("PORT", { default: 4000, min: 0, max: 65_535 });
  const publicUrl = env.url("PUBLIC_URL", `http://localhost:${port}`);
  const mailFrom = readMailFrom(env, publicUrl);
  const corsOrigins = env.origins("CORS_ORIGINS");
  return {
    nodeEnv,
    isProduction,
    host: env.string("HOST", "127.0.0.1"),
    port,
    publicUrl,
    databaseUrl: readDatabaseUrl(env),
    databasePoolSize: env.integer("DATABASE_POOL_SIZE", { default: 10, min: 2, max: 1000 }),
    migrateOnStart: env.boolean("MIGRATE_ON_START", true),
    authSecret: readSecret(env, "AUTH_SECRET"),
    authSecretPrevious: readSecret(env, "AUTH_SECRET_PREVIOUS"),
    jwtAlgorithm: env.oneOf<JwtAlgorithm>("JWT_ALGORITHM", ["ES256", "HS256", "RS256"], "ES256"),
    jwtAudience: env.string("JWT_AUDIENCE", publicUrl),
    accessTokenSeconds: env.integer("ACCESS_TOKEN_SECONDS", { default: 900, min: 1, max: DAY }),
    sessionIdleSeconds: env.integer("SESSION_IDLE_SECONDS", { default: 30 * DAY, min: 1, max: MAX_SECONDS }),
    sessionMaxSeconds: env.integer("SESSION_MAX_SECONDS", { default: 90 * DAY, min: 1, max: MAX_SECONDS }),
    sessionsPerUser: env.integer("SESSIONS_PER_USER", { default: 50, min: 1, max: 1000 }),
    refreshGraceSeconds: env.integer("REFRESH_GRACE_SECONDS", { default: 10, min: 0, max: 300 }),
    recentLoginSeconds: env.integer("RECENT_LOGIN_SECONDS", { default: 600, min: 1, max: DAY }),
    securityEventDays: env.integer("SECURITY_EVENT_DAYS", { default: 365, min: 1, max: 36_500 }),
    signupEnabled: env.boolean("SIGNUP_ENABLED", true),
    emailVerification: env.oneOf("EMAIL_VERIFICATION", ["off", "optional", "required"], "optional"),
    password: readPasswordConfig(env),
    argon2: readArgon2Config(env, nodeEnv === "test"),
    hashConcurrency: env.integer("HASH_CONCURRENCY", { default: availableParallelism(), min: 1, max: 256 }),
    hashQueue: env.integer("HASH_QUEUE", { default: 64, min: 0, max: 100_000 }),
    loginAttemptsPerAccount: env.integer("LOGIN_ATTEMPTS_PER_ACCOUNT", { default: 10, min: 1, max: 1000 }),
    loginAttemptsPerIp: env.integer("LOGIN_ATTEMPTS_PER_IP", { default: 100, min: 1, max: 1_000_000 }),
    attemptWindowSeconds: env.integer("ATTEMPT_WINDOW_SECONDS", { default: 900, min: 1, max: DAY }),
    signupsPerIp: env.integer("SIGNUPS_PER_IP", { default: 20, min: 1, max: 1_000_000 }),
    mailsPerAccount: env.integer("MAILS_PER_ACCOUNT", { default: 5, min: 1, max: 1000 }),
    trustProxy: env.integer("TRUST_PROXY", { default: 0, min: 0, max: 32 }),
    corsOrigins,
    cookieDelivery: env.boolean("COOKIE_DELIVERY", true),
    webauthn: readWebauthnConfig(env, publicUrl, corsOrigins),
    smtpUrl: readSmtpUrl(env),
    mailFrom,
    /** By what name people know the service. */
    serviceName: mailFrom.name ?? URL.parse(publicUrl)?.host ?? "",
    isMailFromSet: env.optionalString("MAIL_FROM") !== undefined,
    verifyEmailUrl: env.url("VERIFY_EMAIL_URL", `${publicUrl}/verify-email`),
    resetPasswordUrl: env.url("RESET_PASSWORD_URL", `${publicUrl}/reset-password`),
    introspection: env.boolean("INTROSPECTION", !isProduction),
    sandbox: env.boolean("SANDBOX", !isProduction),
    federation: env.boolean("FEDERATION", false),
    maxQueryDepth: env.integer("MAX_QUERY_DEPTH", { default: 12, min: 1, max: 100 }),
    maxQueryTokens: env.integer("MAX_QUERY_TOKENS", { default: 2000, min: 100, max: 10_000 }),
    maxAliases: env.integer("MAX_ALIASES", { default: 30, min: 0, max: 1000 }),
    maxBodyBytes: env.integer("MAX_BODY_BYTES", { default: 65_536, min: 1024, max: 16_777_216 }),
    metrics: env.boolean("METRICS", false),
    logLevel: env.oneOf("LOG_LEVEL", ["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
    shutdownGraceSeconds: env.integer("SHUTDOWN_GRACE_SECONDS", { default: 10, min: 0, max: 3600 }),
  };
}

export function isPostgresqlUrl(databaseUrl: string): boolean {
  return /^postgres(ql)?:\/\//.test(databaseUrl);
}

function readDatabaseUrl(env: EnvironmentReader): string {
  const url = env.string("DATABASE_URL", "sqlite:data/latchkey.db");
  if ((isPostgresqlUrl(url) && URL.canParse(url)) || /^sqlite:(?!\/\/).+/.test(url)) return url;
  return env.fault(
    "DATABASE_URL must be sqlite:<path>, sqlite::memory: or postgresql://<user>@<host>/<database>",
    url,
  );
}

function readSmtpUrl(env: EnvironmentReader): string | undefined {
  const url = env.optionalString("SMTP_URL");
  const isSmtp = url !== undefined && /^smtps?:\/\/\S+$/.test(url) && URL.parse(url)?.hostname;
  if (url === undefined || isSmtp) return url;
  return env.fault("SMTP_URL must be smtp://<user>:<password>@<host>:<port>, or smtps:// for TLS", url);
}

/** One mailbox of RFC 5322: `no-reply@example.org`, or `Example <no-reply@example.org>`. */
function readMailFrom(env: EnvironmentReader, publicUrl: string): MailSender {
  const { hostname } = URL.parse(publicUrl) ?? { hostname: "localhost" };
  const text = env.string("MAIL_FROM", `no-reply@${hostname}`);
  const [, quoted, plain, inBrackets, bare] =
    /^(?:(?:"([^"\\\p{Cc}]+)"|([^"<>\\\p{Cc}]+?)) ?<([^<>\s]+@[^<>\s@]+)>|([^<>\s]+@[^<>\s@]+))$/u.exec(
      text.trim(),
    ) ?? [];
  const address = inBrackets ?? bare;
  if (address !== undefined) return { name: quoted ?? plain ?? null, address };
  return env.fault("MAIL_FROM must be an address, or a name and an address: Example <no-reply@example.org>", {
    name: null,
    address: text,
  });
}

function readSecret(env: EnvironmentReader, name: string): string | undefined {
  const secret = env.optionalString(name);
  if (secret !== undefined && !isStrongSecret(secret)) {
    env.fault(
      `${name} must be at least ${MIN_SECRET_BYTES} bytes long: try "openssl rand -base64 48"`,
      secret,
    );
  }
  return secret;
}

/** Length is all that can be told of a secret by looking at it; white space around it does not count. */
export function isStrongSecret(secret: string): boolean {
  return Buffer.byteLength(secret.trim()) >= MIN_SECRET_BYTES;
}

function readPasswordConfig(env: EnvironmentReader) {
  return {
    minLength: env.integer("PASSWORD_MIN_LENGTH", { default: 8, min: 8, max: 64 }),
    maxLength: env.integer("PASSWORD_MAX_LENGTH", { default: 256, min: 64, max: 1024 }),
  } as const;
}

function readArgon2Config(env: EnvironmentReader, isTest: boolean) {
  const floor = isTest ? { memoryKib: 64, iterations: 1 } : ARGON2_FLOOR;
  return {
    memoryKib: env.integer("ARGON2_MEMORY_KIB", { default: 19_456, min: floor.memoryKib, max: 4_194_304 }),
    iterations: env.integer("ARGON2_ITERATIONS", { default: 2, min: floor.iterations, max: 64 }),
    parallelism: env.integer("ARGON2_PARALLELISM", { default: 1, min: 1, max: 16 }),
  } as const;
}
