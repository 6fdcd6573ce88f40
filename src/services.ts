import type { Logger } from "pino";
import type { Config } from "./config/config.js";
import type { Database } from "./database/database.js";
import { queryPrepared } from "./database/postgresql-client.js";
import type { Clock } from "./lib/clock.js";
import type { MailTransport } from "./lib/mail-transport.js";
import { SealedBox } from "./lib/sealed-box.js";
import { SecretKeys } from "./lib/secret-keys.js";
import { DeletionService } from "./modules/account/deletion.service.js";
import { LoginService } from "./modules/account/login.service.js";
import { PasskeyLoginService } from "./modules/account/passkey-login.service.js";
import { PasswordRemovalService } from "./modules/account/password-removal.service.js";
import { ReauthenticationService } from "./modules/account/reauthentication.service.js";
import { SessionOpening } from "./modules/account/session-opening.js";
import { SignupService } from "./modules/account/signup.service.js";
import { AdministrationService } from "./modules/admin/administration.service.js";
import { UserDirectory } from "./modules/admin/user-directory.js";
import { USER_LIST_DIALECTS } from "./modules/admin/user-list.dialects.js";
import type { AttemptLimiter } from "./modules/attempt-limit/attempt-limiter.js";
import { MemoryAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.memory.js";
import { PostgresqlAttemptLimiter } from "./modules/attempt-limit/attempt-limiter.postgresql.js";
import { CredentialAttempts } from "./modules/credential-attempt/credential-attempts.js";
import { MailRequests } from "./modules/credential-attempt/mail-requests.js";
import { EmailService } from "./modules/email/email.service.js";
import { MailWriter } from "./modules/email/mail-writer.js";
import { Outbox } from "./modules/mail/outbox.js";
import { OutboxSender } from "./modules/mail/outbox-sender.js";
import { MfaService } from "./modules/mfa/mfa.service.js";
import { SecondFactor } from "./modules/mfa/second-factor.js";
import { OneTimeTokens } from "./modules/one-time-token/one-time-tokens.js";
import { Ceremonies } from "./modules/passkey/ceremonies.js";
import { PasskeyService } from "./modules/passkey/passkey.service.js";
import { PasskeyAssertions } from "./modules/passkey/passkey-assertions.js";
import { RelyingParty } from "./modules/passkey/relying-party.js";
import { HashPool } from "./modules/password/hash-pool.js";
import {
  type FindImportedHashAfter,
  findInPostgresql,
  findInSqlite,
} from "./modules/password/imported-hash/imported-hash.reader.js";
import { ImportedHashForms } from "./modules/password/imported-hash/imported-hash-forms.js";
import { PasswordService } from "./modules/password/password.service.js";
import { PasswordHasher } from "./modules/password/password-hasher.js";
import { PasswordPolicy } from "./modules/password/password-policy.js";
import { PendingSignups } from "./modules/pending-signup/pending-signups.js";
import { SecurityEventReader } from "./modules/security-event/security-event.reader.js";
import { SecurityEvents } from "./modules/security-event/security-events.js";
import { SessionService } from "./modules/session/session.service.js";
import type { SessionStore } from "./modules/session/session.store.js";
import { PostgresqlSessionStore } from "./modules/session/session.store.postgresql.js";
import { SqliteSessionStore } from "./modules/session/session.store.sqlite.js";
import { SessionTokens } from "./modules/session/session-tokens.js";
import { AccessTokens } from "./modules/token/access-tokens.js";
import { DeviceTokens } from "./modules/token/device-tokens.js";
import { KeyRing } from "./modules/token/key-ring.js";
import { RefreshTokens } from "./modules/token/refresh-tokens.js";
import { ProfileService } from "./modules/user/profile.service.js";

/** What the outside world hands in. Tests hand in another clock. */
export interface ServiceSurroundings {
  readonly logger: Logger;
  readonly clock: Clock;
  /** AUTH_SECRET, or the secret of a development machine. */
  readonly authSecret: string;
  /** Null where nobody carries mails: then none are written. */
  readonly mailTransport: MailTransport | null;
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** The only place that constructs services. */
export async function createServices(
  config: Config,
  { clock, authSecret, logger, mailTransport }: ServiceSurroundings,
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

  const securityEvents = new SecurityEvents(logger, clock);
  const hashPool = new HashPool({ concurrency: config.hashConcurrency, queue: config.hashQueue });
  const importedHashForms = await ImportedHashForms.load(createImportedHashReader(database));
  const passwordHasher = new PasswordHasher(config.argon2, hashPool, importedHashForms);
  const passwordPolicy = new PasswordPolicy(config.password);
  const sessionStore = createSessionStore(database);
  const deviceTokens = new DeviceTokens(secretKeys, clock);
  const sessionService = new SessionService(config, {
    accessTokens,
    sessionStore,
    securityEvents,
    clock,
  });
  const sessionTokens = new SessionTokens(config, {
    accessTokens,
    refreshTokens,
    deviceTokens,
    sessionStore,
    securityEvents,
    clock,
  });
  const attemptLimiter = createAttemptLimiter(database, clock);
  const credentialAttempts = new CredentialAttempts(config, { attemptLimiter, deviceTokens, sessionService });
  const mailRequests = new MailRequests(config, attemptLimiter);
  const outbox = new Outbox(mailTransport !== null, clock);
  const oneTimeTokens = new OneTimeTokens(secretKeys, clock);
  const pendingSignups = new PendingSignups(clock);

  const mailWriter = new MailWriter(config, {
    mailRequests,
    oneTimeTokens,
    pendingSignups,
    securityEvents,
    clock,
  });
  const shared = {
    passwordHasher,
    passwordPolicy,
    sessionService,
    sessionTokens,
    credentialAttempts,
    mailRequests,
    securityEvents,
  };
  const mailing = { outbox, oneTimeTokens, pendingSignups, clock };
  const factors = createFactors(config, { ...shared, ...mailing, sealedBox, secretKeys });
  const sessionOpening = new SessionOpening(config, { ...shared, ...mailing });
  const profileService = new ProfileService(securityEvents, clock);
  const deletionService = new DeletionService({ ...shared, ...mailing });
  return {
    keyRing,
    accessTokens,
    hashPool,
    securityEvents,
    securityEventReader: new SecurityEventReader(database.kind),
    importedHashForms,
    sessionService,
    sessionTokens,
    attemptLimiter,
    ...factors,
    signupService: new SignupService(config, { ...shared, ...mailing }),
    loginService: new LoginService(config, { ...shared, ...mailing, ...factors, sessionOpening }),
    passkeyLoginService: new PasskeyLoginService({ ...shared, ...factors, sessionOpening }),
    reauthenticationService: new ReauthenticationService({ ...shared, ...factors }),
    passwordRemovalService: new PasswordRemovalService({ ...shared, ...mailing, ...factors }),
    passwordService: new PasswordService({ ...shared, ...mailing, ...factors }),
    emailService: new EmailService(config, { sessionService, mailRequests, securityEvents, ...mailing }),
    sealedBox,
    profileService,
    deletionService,
    userDirectory: new UserDirectory(USER_LIST_DIALECTS[database.kind]),
    administrationService: new AdministrationService({
      ...shared,
      ...mailing,
      ...factors,
      profileService,
      deletionService,
    }),
    outboxSender:
      mailTransport === null
        ? null
        : new OutboxSender({
            forkEntityManager: () => database.orm.em.fork(),
            transport: mailTransport,
            writeMail: (em, mail) => mailWriter.write(em, mail),
            logger,
            clock,
          }),
  };
}

interface FactorParts {
  readonly secretKeys: SecretKeys;
  readonly sealedBox: SealedBox;
  readonly sessionService: SessionService;
  readonly credentialAttempts: CredentialAttempts;
  readonly oneTimeTokens: OneTimeTokens;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** What proves who somebody is, besides a password. */
function createFactors(config: Config, parts: FactorParts) {
  const { secretKeys, clock } = parts;
  const secondFactor = new SecondFactor(parts);
  const webauthn = { ceremonies: new Ceremonies(secretKeys, clock), relyingParty: new RelyingParty(config) };
  return {
    secondFactor,
    mfaService: new MfaService(config, { ...parts, secondFactor }),
    passkeyAssertions: new PasskeyAssertions(config, { ...webauthn, clock }),
    passkeyService: new PasskeyService(config, { ...parts, ...webauthn }),
  };
}

function createSessionStore({ kind, client, orm }: Database): SessionStore {
  const em = orm.em.fork();
  return kind === "postgresql" ? new PostgresqlSessionStore(em) : new SqliteSessionStore(client, em);
}

function createImportedHashReader(database: Database): FindImportedHashAfter {
  return database.kind === "postgresql" ? findInPostgresql(database.client) : findInSqlite(database.client);
}

export function createAttemptLimiter(database: Database, clock: Clock): AttemptLimiter {
  return database.kind === "postgresql"
    ? new PostgresqlAttemptLimiter((query) => queryPrepared(database.client, query), clock)
    : new MemoryAttemptLimiter(clock);
}
