import { setTimeout as delay } from "node:timers/promises";
import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type WriteContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { isUsernameWellFormed, normalizeUsername } from "../../lib/username.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import {
  AccountDisabled,
  InvalidCredentials,
  SignupDisabled,
  TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import type { Admission } from "../password/hash-pool.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import type { PasswordPolicy } from "../password/password-policy.js";
import type { AuthPayload } from "../session/auth-payload.types.js";
import type { Session } from "../session/session.entity.js";
import type { SessionService } from "../session/session.service.js";
import type { SessionView } from "../session/session.view.js";
import type { Viewer } from "../session/viewer.reader.js";
import type { DeviceTokens } from "../token/device-tokens.js";
import { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";
import type { LoginInput, ReauthenticateInput, SignupInput } from "./account.inputs.js";
import type { Attempt, CredentialAttempts } from "./credential-attempts.js";
import { type ValidSignup, validateSignup } from "./signup.validation.js";

const WITHDRAWAL_PATIENCE_MS = 1000;

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessionService: SessionService;
  readonly credentialAttempts: CredentialAttempts;
  readonly deviceTokens: DeviceTokens;
  readonly clock: Clock;
}

/** Coming in: the one coordinator over passwords and sessions. */
export class AccountService {
  constructor(
    private readonly config: Pick<Config, "signupEnabled">,
    private readonly deps: Collaborators,
  ) {}

  async signup(
    ctx: RequestContext,
    input: SignupInput,
  ): Promise<AuthPayload | InvalidInput | SignupDisabled | TooManyAttempts> {
    if (!this.config.signupEnabled) return new SignupDisabled();
    this.deps.passwordHasher.refuseWhenFull();
    const signup = await validateSignup(input, this.deps.passwordPolicy);
    if (!("email" in signup)) return new InvalidInput(signup);
    const attempt = await this.deps.credentialAttempts.beginSignup(ctx);
    if (attempt instanceof TooManyAttempts) return attempt;
    return await withdrawingOnError(attempt, async () => {
      using admission = this.deps.passwordHasher.admit();
      const passwordHash = await this.deps.passwordHasher.hash(signup.password, admission);
      return await this.#signUp(ctx, signup, passwordHash);
    });
  }

  /**
   * Whether the account is unknown or the password wrong, the answer and the work are the same (ASVS 6.3.8); that
   * an account is disabled shows only after the right password.
   */
  async login(
    ctx: RequestContext,
    input: LoginInput,
  ): Promise<AuthPayload | InvalidCredentials | AccountDisabled | TooManyAttempts> {
    if (this.deps.passwordHasher.isImpossible(input.password)) return new InvalidCredentials();
    this.deps.passwordHasher.refuseWhenFull();
    const user = await this.#findByIdentifier(ctx, input.identifier);
    const attempt = await this.deps.credentialAttempts.beginLogin(
      ctx,
      user,
      normalizeIdentifier(input.identifier),
    );
    if (attempt instanceof TooManyAttempts) return attempt;
    const result = await withdrawingOnError(attempt, async () => {
      using admission = this.deps.passwordHasher.admit();
      return await this.#logIn(ctx, user, { ...input, admission });
    });
    if (!(result instanceof InvalidCredentials)) await clearCounters(attempt);
    return result;
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
    if (user === null) return new InvalidCredentials("The password is wrong.");
    await clearCounters(attempt);
    return this.deps.sessionService.markReauthenticated(ctx, viewer, user.passwordHash);
  }

  async #signUp(
    ctx: RequestContext,
    signup: ValidSignup,
    passwordHash: string,
  ): Promise<AuthPayload | InvalidInput> {
    // Not to decide who of two is first: PostgreSQL logs whatever a unique index refuses, with the address.
    const takenBefore = await this.#listTaken(ctx, signup);
    if (takenBefore.length > 0) return new InvalidInput(takenBefore);
    try {
      const session = await inTransaction(ctx, (tx) => this.#createAccount(tx, signup, passwordHash));
      return await this.#letIn(ctx, session, passwordHash);
    } catch (error) {
      // The unique indexes do decide.
      const taken =
        error instanceof UniqueConstraintViolationException ? await this.#listTaken(ctx, signup) : [];
      if (taken.length === 0) throw error;
      return new InvalidInput(taken);
    }
  }

  async #logIn(
    ctx: RequestContext,
    user: User | null,
    credentials: LoginInput & { readonly admission: Admission },
  ): Promise<AuthPayload | InvalidCredentials | AccountDisabled> {
    const { identifier, password, admission } = credentials;
    const storedHash = user?.passwordHash ?? null;
    const isCorrect = await this.deps.passwordHasher.verify(storedHash, password, admission);
    if (user === null || !isCorrect) return new InvalidCredentials();
    if (user.status === UserStatus.DISABLED) return new AccountDisabled();
    const passwordHash = await this.#strengthenHash(user, credentials);
    const session = await inTransaction(ctx, (tx) => this.#startSessionIfUnchanged(tx, user, passwordHash));
    if (session !== null) return this.#letIn(ctx, session, passwordHash);
    // The account was changed while the hash was computed - by a parallel login that rehashed, as a rule: look again.
    return this.#logIn(ctx, await this.#findByIdentifier(ctx, identifier), credentials);
  }

  #letIn(ctx: RequestContext, session: Session, passwordHash: string | null): Promise<AuthPayload> {
    const owner = { id: session.user.id, passwordHash };
    ctx.device.remember(this.deps.deviceTokens.issue(ctx.device.token, owner));
    return this.deps.sessionService.issueFirstTokens(ctx, session);
  }

  async #createAccount(tx: WriteContext, signup: ValidSignup, passwordHash: string): Promise<Session> {
    const { email, username, name } = signup;
    const user = new User({ email, username, name, passwordHash, now: new Date(this.deps.clock()) });
    await tx.em.persist(user).flush();
    return this.deps.sessionService.start(tx, user);
  }

  async #listTaken(ctx: RequestContext, { email, username }: ValidSignup): Promise<InvalidField[]> {
    const faults: InvalidField[] = [];
    if ((await ctx.em.count(User, { emailNormalized: email.normalized })) > 0) {
      faults.push(
        new InvalidField("email", InvalidFieldCode.TAKEN, "An account with this address already exists."),
      );
    }
    if (
      username !== null &&
      (await ctx.em.count(User, { usernameNormalized: normalizeUsername(username) })) > 0
    ) {
      faults.push(new InvalidField("username", InvalidFieldCode.TAKEN, "This username is taken."));
    }
    return faults;
  }

  /** A username has no "@", so the two kinds of identifier never meet. */
  async #findByIdentifier(ctx: RequestContext, identifier: string): Promise<User | null> {
    const email = parseEmailAddress(identifier);
    if (email !== null) return ctx.em.findOne(User, { emailNormalized: email.normalized });
    if (!isUsernameWellFormed(identifier)) return null;
    return ctx.em.findOne(User, { usernameNormalized: normalizeUsername(identifier) });
  }

  /** Today's hash of the password where the stored one was made at a lower cost, else the stored one. */
  async #strengthenHash(
    { passwordHash }: User,
    { password, admission }: { readonly password: string; readonly admission: Admission },
  ): Promise<string | null> {
    if (passwordHash !== null && !this.deps.passwordHasher.needsRehash(passwordHash)) return passwordHash;
    return this.deps.passwordHasher.hash(password, admission);
  }

  /**
   * The row must still be what was verified: an account that was disabled or given another password while the hash
   * was computed gets no session.
   */
  async #startSessionIfUnchanged(
    tx: WriteContext,
    user: User,
    passwordHash: string | null,
  ): Promise<Session | null> {
    const isUnchanged = await tx.em.nativeUpdate(
      User,
      { id: user.id, passwordHash: user.passwordHash, status: UserStatus.ACTIVE },
      { passwordHash, lastLoginAt: new Date(this.deps.clock()) },
    );
    return isUnchanged === 0 ? null : this.deps.sessionService.start(tx, user);
  }
}

/** A counter that could not be cleared is no reason to refuse who has proved themselves: it ends by itself. */
async function clearCounters(attempt: Attempt): Promise<void> {
  await attempt.succeed().catch(() => {});
}

/** So that an unknown account is counted under one name in whatever letter case, as a known one is. */
function normalizeIdentifier(identifier: string): string {
  return parseEmailAddress(identifier)?.normalized ?? normalizeUsername(identifier);
}

/** An attempt that could not be made - the server was too busy, the database away - does not count. */
async function withdrawingOnError<Result>(attempt: Attempt, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // What failed may be the database: the client does not wait for it a second time.
    await Promise.race([
      attempt.withdraw().catch(() => {}),
      delay(WITHDRAWAL_PATIENCE_MS, undefined, { ref: false }),
    ]);
    throw error;
  }
}
