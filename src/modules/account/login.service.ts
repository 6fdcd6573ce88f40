import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { isUsernameWellFormed, normalizeUsername } from "../../lib/username.js";
import {
  type AccountDisabled,
  EmailNotVerified,
  InvalidCode,
  InvalidCredentials,
  MfaRequired,
  TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import {
  type Attempt,
  type CredentialAttempts,
  clearCounters,
  withdrawingOnError,
} from "../credential-attempt/credential-attempts.js";
import type { Outbox } from "../mail/outbox.js";
import type { SecondFactor } from "../mfa/second-factor.js";
import type { Admission } from "../password/hash-pool.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import type { Identifier, PendingSignups } from "../pending-signup/pending-signups.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AuthPayload } from "../session/auth-payload.types.js";
import type { SessionTokens } from "../session/session-tokens.js";
import { lockActiveUser } from "../user/user.lock.js";
import type { LoginInput } from "./account.inputs.js";
import { findLoginAccount, type LoginAccount } from "./login-account.js";
import type { SessionOpening } from "./session-opening.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly secondFactor: SecondFactor;
  readonly sessionOpening: SessionOpening;
  readonly sessionTokens: SessionTokens;
  readonly credentialAttempts: CredentialAttempts;
  readonly pendingSignups: PendingSignups;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
}

/** A login that was counted and let through to the hashes. */
interface CountedLogin extends LoginInput {
  readonly attempt: Attempt;
  readonly admission: Admission;
}

type LoginAnswer =
  | AuthPayload
  | MfaRequired
  | InvalidCredentials
  | InvalidCode
  | AccountDisabled
  | EmailNotVerified
  | TooManyAttempts;

/** Coming in with a password, and with a code where a second factor is on. */
export class LoginService {
  constructor(
    private readonly config: Pick<Config, "emailVerification">,
    private readonly deps: Collaborators,
  ) {}

  /**
   * Whether the account is unknown or the password wrong, the answer and the work are the same (ASVS 6.3.8); that
   * an account is disabled, not verified or has a second factor shows only after the right password.
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

  async #logIn(ctx: RequestContext, user: LoginAccount | null, login: CountedLogin): Promise<LoginAnswer> {
    const { identifier, password, admission, attempt, code } = login;
    const storedHash = user?.passwordHash ?? null;
    const isCorrect = await this.deps.passwordHasher.verify(storedHash, password, admission);
    if (user === null || !isCorrect) {
      const refusal = await this.#refuse(ctx, login);
      // Also where there is no such account: otherwise the time it takes would tell.
      await this.deps.securityEvents.recordFailedLogin(ctx, user?.id ?? null);
      return refusal;
    }
    const obstacle = this.deps.sessionOpening.findObstacle(user);
    if (obstacle !== null) {
      await clearCounters(attempt);
      await this.deps.securityEvents.recordFailedLogin(ctx, user.id);
      return obstacle;
    }
    if (user.totpEnabled && !code) return this.#askForCode(ctx, user, attempt);
    const passwordHash = await this.#strengthenHash(user, login);
    const outcome = await inTransaction(ctx, (tx) =>
      this.#openSessionIfUnchanged(tx, user, { ...login, passwordHash }),
    );
    // The account was changed while the hash was computed - by a parallel login that rehashed, as a rule: look again.
    if (outcome === null) return this.#logIn(ctx, await this.#findByIdentifier(ctx, identifier), login);
    if (outcome instanceof InvalidCode) {
      // The attempt stays counted, whatever the password: it was one at the code (ASVS 6.3.1).
      await this.deps.securityEvents.recordFailedLogin(ctx, user.id);
      return outcome;
    }
    await clearCounters(attempt);
    return this.deps.sessionTokens.letIn(ctx, outcome, { ...login, user, passwordHash });
  }

  /**
   * The first of two steps. It proves too little to clear a counter, by which guesses at the code are limited, and is none
   * of them itself.
   */
  async #askForCode(ctx: RequestContext, { id }: LoginAccount, attempt: Attempt): Promise<MfaRequired> {
    const methods = await this.deps.secondFactor.findMethods(ctx, id);
    // Last: whatever fails before takes the attempt back by itself, and twice would be once too often.
    await attempt.withdraw().catch(() => {});
    return new MfaRequired(methods);
  }

  /**
   * Whoever waits for a verification is told so, also where the address belongs to somebody: otherwise signing up and
   * then logging in would tell who has an account. It proves nothing about the account, so no counter is cleared.
   */
  async #refuse(
    ctx: RequestContext,
    { identifier, password, admission }: CountedLogin,
  ): Promise<InvalidCredentials | EmailNotVerified> {
    if (this.config.emailVerification !== "required") return new InvalidCredentials();
    const wanted = readIdentifier(identifier);
    const pending = wanted === null ? null : await this.deps.pendingSignups.findLatest(ctx.em, wanted);
    const storedHash = pending?.passwordHash ?? null;
    const isWaiting = await this.deps.passwordHasher.verifyOwn(storedHash, password, admission);
    return isWaiting ? new EmailNotVerified() : new InvalidCredentials();
  }

  async #findByIdentifier(ctx: RequestContext, identifier: string): Promise<LoginAccount | null> {
    const wanted = readIdentifier(identifier);
    return wanted === null ? null : findLoginAccount(ctx.em, wanted);
  }

  /** Today's hash of the password where the stored one was made at a lower cost, else the stored one. */
  async #strengthenHash(
    { passwordHash }: LoginAccount,
    { password, admission }: CountedLogin,
  ): Promise<string | null> {
    if (passwordHash !== null && !this.deps.passwordHasher.needsRehash(passwordHash)) return passwordHash;
    return this.deps.passwordHasher.hash(password, admission);
  }

  /**
   * The row must still be what was verified: an account that was disabled, given another password or a second factor while
   * the hash was computed gets no session.
   */
  async #openSessionIfUnchanged(
    tx: TransactionContext,
    user: LoginAccount,
    { passwordHash, code, attempt }: CountedLogin & { readonly passwordHash: string | null },
  ): Promise<string | InvalidCode | null> {
    if (user.totpEnabled) {
      const owner = await lockActiveUser(tx.em, user.id);
      // Before the code is spent: what is returned is committed.
      if (owner?.passwordHash !== user.passwordHash || !owner.totpEnabled) return null;
      if (!(await this.deps.secondFactor.spendCode(tx, owner, code ?? ""))) {
        // ASVS 6.3.5: the password is known to somebody, and nothing else would tell its owner.
        if (!attempt.isKnownClient) await this.deps.outbox.notify(tx, owner, { kind: "CODE_REFUSED" });
        return new InvalidCode();
      }
    }
    const { isKnownClient } = attempt;
    return this.deps.sessionOpening.openIfUnchanged(tx, user, { isKnownClient, passwordHash });
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
