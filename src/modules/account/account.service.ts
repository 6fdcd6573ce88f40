import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { describeClient } from "../../lib/device.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { isUsernameWellFormed, normalizeUsername } from "../../lib/username.js";
import {
  AccountDisabled,
  EmailNotVerified,
  InvalidCredentials,
  TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import {
  type Attempt,
  type CredentialAttempts,
  clearCounters,
  withdrawingOnError,
} from "../credential-attempt/credential-attempts.js";
import type { Outbox } from "../mail/outbox.js";
import type { Admission } from "../password/hash-pool.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import type { Identifier, PendingSignups } from "../pending-signup/pending-signups.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AuthPayload } from "../session/auth-payload.types.js";
import type { Session } from "../session/session.entity.js";
import type { SessionService } from "../session/session.service.js";
import type { SessionView } from "../session/session.view.js";
import type { SessionTokens } from "../session/session-tokens.js";
import type { Viewer } from "../session/viewer.reader.js";
import { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";
import type { LoginInput, ReauthenticateInput } from "./account.inputs.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly sessionService: SessionService;
  readonly sessionTokens: SessionTokens;
  readonly credentialAttempts: CredentialAttempts;
  readonly pendingSignups: PendingSignups;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** A login that was counted and let through to the hashes. */
interface CountedLogin extends LoginInput {
  readonly attempt: Attempt;
  readonly admission: Admission;
}

type LoginAnswer = AuthPayload | InvalidCredentials | AccountDisabled | EmailNotVerified | TooManyAttempts;

/** Coming in: the one coordinator over passwords and sessions. */
export class AccountService {
  constructor(
    private readonly config: Pick<Config, "emailVerification">,
    private readonly deps: Collaborators,
  ) {}

  /**
   * Whether the account is unknown or the password wrong, the answer and the work are the same (ASVS 6.3.8); that
   * an account is disabled or not verified shows only after the right password.
   */
  async login(ctx: RequestContext, input: LoginInput): Promise<LoginAnswer> {
    if (this.deps.passwordHasher.isImpossible(input.password)) return new InvalidCredentials();
    this.deps.passwordHasher.refuseWhenFull();
    const user = await this.#findByIdentifier(ctx, input.identifier);
    const attempt = await this.deps.credentialAttempts.beginLogin(
      ctx,
      user,
      normalizeIdentifier(input.identifier),
    );
    if (attempt instanceof TooManyAttempts) return attempt;
    return await withdrawingOnError(attempt, async () => {
      using admission = this.deps.passwordHasher.admit();
      return await this.#logIn(ctx, user, { ...input, attempt, admission });
    });
  }

  async reauthenticate(
    ctx: RequestContext,
    viewer: Viewer,
    { password }: ReauthenticateInput,
  ): Promise<SessionView | InvalidCredentials | TooManyAttempts> {
    this.deps.passwordHasher.refuseWhenFull();
    const attempt = await this.deps.credentialAttempts.beginReauthentication(viewer);
    if (attempt instanceof TooManyAttempts) return attempt;
    const user = await withdrawingOnError(attempt, async () => {
      using admission = this.deps.passwordHasher.admit();
      const found = await ctx.em.findOne(User, { id: viewer.user.id });
      const storedHash = found?.passwordHash ?? null;
      return (await this.deps.passwordHasher.verify(storedHash, password ?? "", admission)) ? found : null;
    });
    if (user === null) {
      await this.deps.securityEvents.recordFailedLogin(ctx, viewer.user.id);
      return new InvalidCredentials("The password is wrong.");
    }
    await clearCounters(attempt);
    return inTransaction(ctx, async (tx) => {
      const session = await this.deps.sessionService.markReauthenticated(tx, viewer, user.passwordHash);
      await this.deps.securityEvents.record(tx, { type: SecurityEventType.REAUTHENTICATED, userId: user.id });
      return session;
    });
  }

  async #logIn(ctx: RequestContext, user: User | null, login: CountedLogin): Promise<LoginAnswer> {
    const { identifier, password, admission, attempt } = login;
    const storedHash = user?.passwordHash ?? null;
    const isCorrect = await this.deps.passwordHasher.verify(storedHash, password, admission);
    if (user === null || !isCorrect) {
      const refusal = await this.#refuse(ctx, login);
      // Also where there is no such account: otherwise the time it takes would tell.
      await this.deps.securityEvents.recordFailedLogin(ctx, user?.id ?? null);
      return refusal;
    }
    await clearCounters(attempt);
    const obstacle = this.#findObstacle(user);
    if (obstacle !== null) {
      await this.deps.securityEvents.recordFailedLogin(ctx, user.id);
      return obstacle;
    }
    const passwordHash = await this.#strengthenHash(user, login);
    const session = await inTransaction(ctx, (tx) =>
      this.#startSessionIfUnchanged(tx, user, { passwordHash, isKnownClient: attempt.isKnownClient }),
    );
    if (session !== null) return this.deps.sessionTokens.letIn(ctx, session, passwordHash);
    // The account was changed while the hash was computed - by a parallel login that rehashed, as a rule: look again.
    return this.#logIn(ctx, await this.#findByIdentifier(ctx, identifier), login);
  }

  /** Shown to nobody but who knows the password. */
  #findObstacle({ status, emailVerified }: User): AccountDisabled | EmailNotVerified | null {
    if (status === UserStatus.DISABLED) return new AccountDisabled();
    const isWaiting = this.config.emailVerification === "required" && !emailVerified;
    return isWaiting ? new EmailNotVerified() : null;
  }

  /**
   * Whoever waits for a verification is told so, also where the address belongs to somebody: otherwise signing up and
   * then logging in would tell who has an account. It proves nothing about the account, so no counter is cleared.
   */
  async #refuse(
    ctx: RequestContext,
    { identifier, password, admission }: CountedLogin,
  ): Promise<LoginAnswer> {
    if (this.config.emailVerification !== "required") return new InvalidCredentials();
    const wanted = readIdentifier(identifier);
    const pending = wanted === null ? null : await this.deps.pendingSignups.findLatest(ctx.em, wanted);
    const storedHash = pending?.passwordHash ?? null;
    const isWaiting = await this.deps.passwordHasher.verifyOwn(storedHash, password, admission);
    return isWaiting ? new EmailNotVerified() : new InvalidCredentials();
  }

  async #findByIdentifier(ctx: RequestContext, identifier: string): Promise<User | null> {
    const wanted = readIdentifier(identifier);
    return wanted === null ? null : ctx.em.findOne(User, wanted);
  }

  /** Today's hash of the password where the stored one was made at a lower cost, else the stored one. */
  async #strengthenHash(
    { passwordHash }: User,
    { password, admission }: CountedLogin,
  ): Promise<string | null> {
    if (passwordHash !== null && !this.deps.passwordHasher.needsRehash(passwordHash)) return passwordHash;
    return this.deps.passwordHasher.hash(password, admission);
  }

  /**
   * The row must still be what was verified: an account that was disabled or given another password while the hash
   * was computed gets no session.
   */
  async #startSessionIfUnchanged(
    tx: TransactionContext,
    user: User,
    { passwordHash, isKnownClient }: { passwordHash: string | null; isKnownClient: boolean },
  ): Promise<Session | null> {
    const isUnchanged = await tx.em.nativeUpdate(
      User,
      { id: user.id, passwordHash: user.passwordHash, status: UserStatus.ACTIVE },
      { passwordHash, lastLoginAt: new Date(this.deps.clock()) },
    );
    if (isUnchanged === 0) return null;
    // Whoever verified their address a moment ago knows that they log in.
    if (!isKnownClient && user.lastLoginAt !== null) {
      await this.deps.outbox.notify(tx.em, user, { kind: "NEW_DEVICE", client: describeClient(tx.client) });
    }
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.LOGGED_IN, userId: user.id });
    return this.deps.sessionService.start(tx, user);
  }
}

/**
 * Null for what nobody can be called: no database is asked for it, as none takes every string. A username has no "@", so
 * the two kinds of identifier never meet.
 */
function readIdentifier(identifier: string): Identifier | null {
  const email = parseEmailAddress(identifier);
  if (email !== null) return { emailNormalized: email.normalized };
  return isUsernameWellFormed(identifier) ? { usernameNormalized: normalizeUsername(identifier) } : null;
}

/** So that an unknown account is counted under one name in whatever letter case, as a known one is. */
function normalizeIdentifier(identifier: string): string {
  return parseEmailAddress(identifier)?.normalized ?? normalizeUsername(identifier);
}
