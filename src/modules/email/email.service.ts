import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import {
  inTransaction,
  type RequestContext,
  type TransactionContext,
  type WriteContext,
} from "../../context.js";
import { rateLimited } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { type EmailAddress, parseEmailAddress } from "../../lib/email-address.js";
import { newId } from "../../lib/uuid.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidToken, InvalidTokenReason } from "../auth-error/invalid-token.types.js";
import { TooManyAttempts } from "../auth-error/login-errors.types.js";
import type { MailRequests } from "../credential-attempt/mail-requests.js";
import type { Outbox } from "../mail/outbox.js";
import { type OneTimeToken, TokenPurpose } from "../one-time-token/one-time-token.entity.js";
import { linkExpiresAt, type OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import { PendingSignup } from "../pending-signup/pending-signup.entity.js";
import type { PendingSignups } from "../pending-signup/pending-signups.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import { User } from "../user/user.entity.js";
import { lockActiveUser } from "../user/user.lock.js";
import { EmailVerificationSent, EmailVerified } from "./email.results.js";
import { complainOfEmail } from "./email.validation.js";

interface Collaborators {
  readonly sessionService: SessionService;
  readonly mailRequests: MailRequests;
  readonly oneTimeTokens: OneTimeTokens;
  readonly pendingSignups: PendingSignups;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

const PURPOSES = [TokenPurpose.VERIFY_EMAIL, TokenPurpose.CHANGE_EMAIL, TokenPurpose.CONFIRM_SIGNUP];

/** At a link: each but the first because somebody else was faster. */
const LOOKS = 5;

/** Whose an address is: verification, and the change to another one. */
export class EmailService {
  constructor(
    private readonly config: Pick<Config, "emailVerification">,
    private readonly deps: Collaborators,
  ) {}

  /**
   * What is done is the same whatever is behind the address: whether there is something to verify is found out when
   * the mail is written.
   *
   * @throws AppError RATE_LIMITED
   */
  async requestVerification(ctx: RequestContext, text: string): Promise<true> {
    const email = parseEmailAddress(text);
    if (email === null || this.config.emailVerification === "off") return true;
    const refused = await this.deps.mailRequests.count(ctx.client, email.normalized);
    if (refused !== null) throw rateLimited(refused.retryAfter);
    await this.deps.outbox.put(ctx.em, {
      kind: "VERIFY_EMAIL",
      recipient: email.address,
      facts: { requestedFrom: ctx.client },
    });
    return true;
  }

  /**
   * A link to the new address; until it is followed the old one stays (ASVS 6.3.7). Whether the new one is taken shows
   * where signing up shows it, too, and is told to its owner where it does not.
   */
  async requestChange(
    ctx: RequestContext,
    viewer: Viewer,
    newEmail: string,
  ): Promise<EmailVerificationSent | InvalidInput | TooManyAttempts> {
    const { user } = viewer;
    const email = parseEmailAddress(newEmail);
    if (email === null) return new InvalidInput([complainOfEmail("newEmail", newEmail)]);
    if (email.normalized === parseEmailAddress(user.email)?.normalized) {
      return refuse(InvalidFieldCode.UNCHANGED, "This is your address already.");
    }
    const refused = await this.deps.mailRequests.count(ctx.client, user.id, email.normalized);
    if (refused !== null) return new TooManyAttempts(refused.retryAfter);
    if (this.config.emailVerification !== "required" && (await isTaken(ctx, email))) {
      return refuse(InvalidFieldCode.TAKEN, "An account with this address already exists.");
    }
    await inTransaction(ctx, (tx) => this.#putChange(tx, viewer, email));
    return new EmailVerificationSent(email.address);
  }

  /** Spends the link of a verification, a change of address or a signup that waited for it. */
  async verify(ctx: RequestContext, token: string): Promise<EmailVerified | InvalidToken> {
    for (let look = 1; ; look++) {
      const link = await this.deps.oneTimeTokens.find(ctx.em, token, PURPOSES);
      if (typeof link === "string") return new InvalidToken(link);
      try {
        const isDone = await inTransaction(ctx, (tx) => this.#spend(tx, link));
        if (isDone === true) return new EmailVerified(link.email);
        if (isDone === false) return new InvalidToken(InvalidTokenReason.REVOKED);
        // Somebody else has spent or ended it: the next look tells which.
      } catch (error) {
        // Somebody was given the address or username this very moment: the next look sees them.
        if (!(error instanceof UniqueConstraintViolationException) || look === LOOKS) throw error;
      }
    }
  }

  /** @returns whether what the link was for was still there; null when it was not to be spent any more */
  async #spend(tx: TransactionContext, link: OneTimeToken): Promise<boolean | null> {
    const owner = link.user === null ? null : await lockActiveUser(tx.em, link.user.id);
    return (await this.deps.oneTimeTokens.spend(tx.em, link)) ? this.#apply(tx, link, owner) : null;
  }

  /** The link is made with the request, not with the mail: a new password ends it, also while the mail has not left. */
  async #putChange(tx: TransactionContext, viewer: Viewer, { address }: EmailAddress): Promise<void> {
    const user = await this.deps.sessionService.lockRecentOwner(tx, viewer);
    const id = newId();
    await this.deps.oneTimeTokens.issueOnce(tx.em, {
      id,
      purpose: TokenPurpose.CHANGE_EMAIL,
      user,
      email: address,
      expiresAt: linkExpiresAt(TokenPurpose.CHANGE_EMAIL, this.deps.clock()),
    });
    await this.deps.outbox.put(tx.em, {
      id,
      kind: "CONFIRM_EMAIL_CHANGE",
      recipient: address,
      userId: user.id,
    });
    await this.#record(tx, SecurityEventType.EMAIL_CHANGE_REQUESTED, user.id);
  }

  /**
   * @param owner whose account it concerns, where it still is and is not disabled
   * @returns false when what the link was for is no longer there
   */
  #apply(tx: TransactionContext, link: OneTimeToken, owner: User | null): Promise<boolean> {
    switch (link.purpose) {
      case TokenPurpose.VERIFY_EMAIL:
        return this.#setVerifiedIfUnchanged(tx, link, owner);
      case TokenPurpose.CHANGE_EMAIL:
        return this.#changeEmailIfFree(tx, link, owner);
      case TokenPurpose.CONFIRM_SIGNUP:
        return this.#createAccountIfFree(tx, link);
      default:
        throw new Error(`verifyEmail does not spend links for ${link.purpose}`);
    }
  }

  async #setVerifiedIfUnchanged(
    tx: TransactionContext,
    { email }: OneTimeToken,
    user: User | null,
  ): Promise<boolean> {
    if (user?.email !== email) return false;
    user.emailVerified = true;
    user.updatedAt = new Date(this.deps.clock());
    await tx.em.flush();
    await this.#record(tx, SecurityEventType.EMAIL_VERIFIED, user.id);
    return true;
  }

  async #changeEmailIfFree(tx: TransactionContext, link: OneTimeToken, user: User | null): Promise<boolean> {
    const email = parseEmailAddress(link.email);
    if (email === null || user === null || (await isTaken(tx, email))) return false;
    await this.deps.outbox.notify(tx, user, {
      kind: "EMAIL_CHANGED",
      // Words of whoever signed up with a stranger's address do not go there.
      ...(user.emailVerified && { newEmail: email.address }),
    });
    user.setVerifiedEmail(email, new Date(this.deps.clock()));
    await tx.em.flush();
    await this.deps.oneTimeTokens.revokeCritical(tx.em, user.id);
    await this.#record(tx, SecurityEventType.EMAIL_CHANGED, user.id);
    return true;
  }

  async #createAccountIfFree(tx: TransactionContext, { id }: OneTimeToken): Promise<boolean> {
    const signup = await tx.em.findOne(PendingSignup, { id });
    const email = signup === null ? null : parseEmailAddress(signup.email);
    if (signup === null || email === null || (await isTaken(tx, email))) return false;
    const { usernameNormalized, name } = signup;
    // The mails of two signups look alike: whose link it was nobody can tell. The owner of the mailbox chooses anew.
    const isContested = await this.deps.pendingSignups.isContested(tx.em, signup);
    const passwordHash = isContested ? null : signup.passwordHash;
    // It was promised to nobody: whoever was verified first has it, and the account is worth more than its name.
    const isUsernameFree =
      usernameNormalized !== null && (await tx.em.count(User, { usernameNormalized })) === 0;
    const username = isUsernameFree ? signup.username : null;
    const now = new Date(this.deps.clock());
    const facts = { email, username, name, passwordHash, emailVerified: true, isLoggedIn: false, now };
    const user = new User(facts);
    await tx.em.persist(user).flush();
    if (isContested) {
      await this.deps.outbox.put(tx.em, {
        kind: "RESET_PASSWORD",
        recipient: email.address,
        userId: user.id,
      });
    }
    await this.#record(tx, SecurityEventType.SIGNED_UP, user.id);
    await this.#record(tx, SecurityEventType.EMAIL_VERIFIED, user.id);
    // Others that wait go on waiting: that they wait in vain would tell them that there is an account now.
    await tx.em.nativeDelete(PendingSignup, { id });
    return true;
  }

  #record(tx: TransactionContext, type: SecurityEventType, userId: string): Promise<void> {
    return this.deps.securityEvents.record(tx, { type, userId });
  }
}

async function isTaken({ em }: WriteContext, { normalized }: EmailAddress): Promise<boolean> {
  return (await em.count(User, { emailNormalized: normalized })) > 0;
}

function refuse(code: InvalidFieldCode, message: string): InvalidInput {
  return new InvalidInput([new InvalidField("newEmail", code, message)]);
}
