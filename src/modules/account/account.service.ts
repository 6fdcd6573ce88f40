import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type WriteContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { isUsernameWellFormed, normalizeUsername } from "../../lib/username.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import { AccountDisabled, InvalidCredentials, SignupDisabled } from "../auth-error/login-errors.types.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import type { PasswordPolicy } from "../password/password-policy.js";
import type { AuthPayload } from "../session/auth-payload.types.js";
import type { Session } from "../session/session.entity.js";
import type { SessionService } from "../session/session.service.js";
import type { SessionView } from "../session/session.view.js";
import type { Viewer } from "../session/viewer.reader.js";
import { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";
import type { LoginInput, ReauthenticateInput, SignupInput } from "./account.inputs.js";
import { type ValidSignup, validateSignup } from "./signup.validation.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessionService: SessionService;
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
  ): Promise<AuthPayload | InvalidInput | SignupDisabled> {
    if (!this.config.signupEnabled) return new SignupDisabled();
    const signup = await validateSignup(input, this.deps.passwordPolicy);
    if (!("email" in signup)) return new InvalidInput(signup);
    const passwordHash = await this.deps.passwordHasher.hash(signup.password);
    try {
      const session = await inTransaction(ctx, (tx) => this.#createAccount(tx, signup, passwordHash));
      return await this.deps.sessionService.issueFirstTokens(ctx, session);
    } catch (error) {
      // The unique indexes decide who of two is first; asking beforehand would only lose the race.
      const taken =
        error instanceof UniqueConstraintViolationException ? await this.#listTaken(ctx, signup) : [];
      if (taken.length === 0) throw error;
      return new InvalidInput(taken);
    }
  }

  /**
   * Whether the account is unknown or the password wrong, the answer and the work are the same (ASVS 6.3.8); that
   * an account is disabled shows only after the right password.
   */
  async login(
    ctx: RequestContext,
    input: LoginInput,
  ): Promise<AuthPayload | InvalidCredentials | AccountDisabled> {
    const { identifier, password } = input;
    const user = await this.#findByIdentifier(ctx, identifier);
    const isCorrect = await this.deps.passwordHasher.verify(user?.passwordHash ?? null, password);
    if (user === null || !isCorrect) return new InvalidCredentials();
    if (user.status === UserStatus.DISABLED) return new AccountDisabled();
    const passwordHash = await this.#strengthenHash(user, password);
    const session = await inTransaction(ctx, (tx) => this.#startSessionIfUnchanged(tx, user, passwordHash));
    // The account was changed while the hash was computed - by a parallel login that rehashed, as a rule: look again.
    return session === null
      ? this.login(ctx, input)
      : this.deps.sessionService.issueFirstTokens(ctx, session);
  }

  async reauthenticate(
    ctx: RequestContext,
    viewer: Viewer,
    { password }: ReauthenticateInput,
  ): Promise<SessionView | InvalidCredentials> {
    const user = await ctx.em.findOne(User, { id: viewer.user.id });
    const isCorrect = await this.deps.passwordHasher.verify(user?.passwordHash ?? null, password ?? "");
    if (user === null || !isCorrect) return new InvalidCredentials("The password is wrong.");
    return this.deps.sessionService.markReauthenticated(ctx, viewer, user.passwordHash);
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
  async #strengthenHash(user: User, password: string): Promise<string | null> {
    if (user.passwordHash !== null && !this.deps.passwordHasher.needsRehash(user.passwordHash))
      return user.passwordHash;
    return this.deps.passwordHasher.hash(password);
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
