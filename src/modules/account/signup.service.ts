import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { normalizeUsername } from "../../lib/username.js";
import { newId } from "../../lib/uuid.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import { SignupDisabled, TooManyAttempts } from "../auth-error/login-errors.types.js";
import { type CredentialAttempts, withdrawingOnError } from "../credential-attempt/credential-attempts.js";
import type { MailRequests } from "../credential-attempt/mail-requests.js";
import { EmailVerificationSent } from "../email/email.results.js";
import type { Outbox } from "../mail/outbox.js";
import type { Admission } from "../password/hash-pool.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import type { PasswordPolicy } from "../password/password-policy.js";
import type { PendingSignups } from "../pending-signup/pending-signups.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AuthPayload, TokenDelivery } from "../session/auth-payload.types.js";
import type { SessionService } from "../session/session.service.js";
import type { SessionTokens } from "../session/session-tokens.js";
import { usernameTaken } from "../user/profile.validation.js";
import { User } from "../user/user.entity.js";
import type { SignupInput } from "./account.inputs.js";
import { type ValidSignup, validateSignup } from "./signup.validation.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessionService: SessionService;
  readonly sessionTokens: SessionTokens;
  readonly credentialAttempts: CredentialAttempts;
  readonly mailRequests: MailRequests;
  readonly pendingSignups: PendingSignups;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

type Answer = AuthPayload | EmailVerificationSent | InvalidInput | SignupDisabled | TooManyAttempts;

/** A signup in order, and the hash of its password. */
interface HashedSignup extends ValidSignup {
  readonly passwordHash: string;
  readonly tokenDelivery: TokenDelivery;
  /** False when its address was sent mails enough for now. */
  readonly mayMail: boolean;
}

/** How an account begins. */
export class SignupService {
  constructor(
    private readonly config: Pick<Config, "signupEnabled" | "emailVerification">,
    private readonly deps: Collaborators,
  ) {}

  async signup(ctx: RequestContext, input: SignupInput): Promise<Answer> {
    if (!this.config.signupEnabled) return new SignupDisabled();
    this.deps.passwordHasher.refuseWhenFull();
    const signup = await validateSignup(input, this.deps.passwordPolicy);
    if (!("email" in signup)) return new InvalidInput(signup);
    const attempt = await this.deps.credentialAttempts.beginSignup(ctx);
    if (attempt instanceof TooManyAttempts) return attempt;
    return await withdrawingOnError(attempt, async () => {
      const refused = await this.deps.mailRequests.countSignup(signup.email.normalized);
      // Without the mail it would be for nothing.
      if (refused !== null && this.#needsVerification) return new TooManyAttempts(refused.retryAfter);
      using admission = this.deps.passwordHasher.admit();
      const passwordHash = await this.#hash(ctx, signup, admission);
      const hashed = {
        ...signup,
        passwordHash,
        tokenDelivery: input.tokenDelivery,
        mayMail: refused === null,
      };
      return this.#needsVerification
        ? await this.#awaitVerification(ctx, hashed)
        : await this.#createAndLetIn(ctx, hashed);
    });
  }

  get #needsVerification(): boolean {
    return this.config.emailVerification === "required";
  }

  /** Whoever signs up once more with the same password gets the same hash: it is told from a stranger's by that. */
  async #hash(ctx: RequestContext, { email, password }: ValidSignup, admission: Admission): Promise<string> {
    const { passwordHasher, pendingSignups } = this.deps;
    if (!this.#needsVerification) return passwordHasher.hash(password, admission);
    const before = await pendingSignups.findLatest(ctx.em, { emailNormalized: email.normalized });
    const isSame = await passwordHasher.verifyOwn(before?.passwordHash ?? null, password, admission);
    return before !== null && isSame ? before.passwordHash : passwordHasher.hash(password, admission);
  }

  /**
   * Nothing here asks whether the address has an account: what is done, and so what shows and how long it takes, is the
   * same (ASVS 6.3.8). Who finds out is the owner, when the mail is written.
   */
  async #awaitVerification(ctx: RequestContext, signup: HashedSignup): Promise<Answer> {
    if (await this.#isUsernameTaken(ctx, signup)) return new InvalidInput([usernameTaken()]);
    await inTransaction(ctx, async ({ em }) => {
      const id = newId();
      await this.deps.pendingSignups.put(em, { ...signup, id });
      await this.deps.outbox.put(em, { id, kind: "CONFIRM_SIGNUP", recipient: signup.email.address });
    });
    return new EmailVerificationSent(signup.email.address);
  }

  async #createAndLetIn(ctx: RequestContext, signup: HashedSignup): Promise<Answer> {
    // Not to decide who of two is first: PostgreSQL logs whatever a unique index refuses, with the address.
    const takenBefore = await this.#listTaken(ctx, signup);
    if (takenBefore.length > 0) return new InvalidInput(takenBefore);
    try {
      const { user, sessionId } = await inTransaction(ctx, (tx) => this.#create(tx, signup));
      return await this.deps.sessionTokens.letIn(ctx, sessionId, { ...signup, user });
    } catch (error) {
      // The unique indexes do decide.
      const taken =
        error instanceof UniqueConstraintViolationException ? await this.#listTaken(ctx, signup) : [];
      if (taken.length === 0) throw error;
      return new InvalidInput(taken);
    }
  }

  async #create(
    tx: TransactionContext,
    signup: HashedSignup,
  ): Promise<{ readonly user: User; readonly sessionId: string }> {
    const now = new Date(this.deps.clock());
    const user = new User({ ...signup, emailVerified: false, isLoggedIn: true, now });
    await tx.em.persist(user).flush();
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.SIGNED_UP, userId: user.id });
    // One that is left out can be asked for.
    if (this.config.emailVerification === "optional" && signup.mayMail) {
      await this.deps.outbox.put(tx.em, { kind: "VERIFY_EMAIL", recipient: user.email, userId: user.id });
    }
    return { user, sessionId: await this.deps.sessionService.start(tx, user.id) };
  }

  async #listTaken(ctx: RequestContext, signup: HashedSignup): Promise<InvalidField[]> {
    const faults: InvalidField[] = [];
    if ((await ctx.em.count(User, { emailNormalized: signup.email.normalized })) > 0) {
      if (signup.mayMail) {
        await this.deps.outbox.put(ctx.em, { kind: "SIGNUP_ATTEMPTED", recipient: signup.email.address });
      }
      faults.push(
        new InvalidField("email", InvalidFieldCode.TAKEN, "An account with this address already exists."),
      );
    }
    if (await this.#isUsernameTaken(ctx, signup)) faults.push(usernameTaken());
    return faults;
  }

  async #isUsernameTaken(ctx: RequestContext, { username }: ValidSignup): Promise<boolean> {
    if (username === null) return false;
    return (await ctx.em.count(User, { usernameNormalized: normalizeUsername(username) })) > 0;
  }
}
