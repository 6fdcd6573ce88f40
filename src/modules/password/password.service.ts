import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { rateLimited, unauthenticated } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidToken, InvalidTokenReason } from "../auth-error/invalid-token.types.js";
import { InvalidCredentials, TooManyAttempts } from "../auth-error/login-errors.types.js";
import {
  type CredentialAttempts,
  clearCounters,
  withdrawingOnError,
} from "../credential-attempt/credential-attempts.js";
import type { MailRequests } from "../credential-attempt/mail-requests.js";
import type { Outbox } from "../mail/outbox.js";
import { type OneTimeToken, TokenPurpose } from "../one-time-token/one-time-token.entity.js";
import type { OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import type { PasskeyService } from "../passkey/passkey.service.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { SessionTokens } from "../session/session-tokens.js";
import { User } from "../user/user.entity.js";
import { lockActiveUser } from "../user/user.lock.js";
import { UserStatus } from "../user/user.types.js";
import type { Admission } from "./hash-pool.js";
import type { ChangePasswordInput, ResetPasswordInput } from "./password.inputs.js";
import { PasswordChanged } from "./password.results.js";
import { normalizePassword, type PasswordHasher } from "./password-hasher.js";
import type { PasswordPolicy } from "./password-policy.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly passwordPolicy: PasswordPolicy;
  readonly sessionService: SessionService;
  readonly sessionTokens: SessionTokens;
  readonly credentialAttempts: CredentialAttempts;
  readonly passkeyService: PasskeyService;
  readonly mailRequests: MailRequests;
  readonly oneTimeTokens: OneTimeTokens;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Another password: for who knows the current one, and for who receives the account's mail. */
export class PasswordService {
  constructor(private readonly deps: Collaborators) {}

  /** Needs the current password (ASVS 6.2.3), ends the other sessions (ASVS 7.4.3), and proves who is there. */
  async change(
    ctx: RequestContext,
    viewer: Viewer,
    input: ChangePasswordInput,
  ): Promise<PasswordChanged | InvalidCredentials | InvalidInput | TooManyAttempts> {
    this.deps.passwordHasher.refuseWhenFull();
    const fault = await this.#findFault(input.newPassword, viewer.user);
    if (fault !== null) return new InvalidInput([fault]);
    const attempt = await this.deps.credentialAttempts.beginReauthentication(viewer);
    if (attempt instanceof TooManyAttempts) return attempt;
    const result = await withdrawingOnError(attempt, async () => {
      using admission = this.deps.passwordHasher.admit();
      return await this.#changeUntilDone(ctx, viewer, { ...input, admission });
    });
    if (result instanceof InvalidCredentials) {
      await this.deps.securityEvents.recordFailedLogin(ctx, viewer.user.id);
    } else if (viewer.user.totpEnabled) {
      // The same counter limits guesses at a code: whoever knows the password alone must not go on with them for ever.
      await attempt.withdraw().catch(() => {});
    } else {
      await clearCounters(attempt);
    }
    return result;
  }

  /**
   * What is done is the same whatever is behind the address: whether there is an account is found out when the mail
   * is written (ASVS 6.3.8).
   *
   * @throws AppError RATE_LIMITED
   */
  async requestReset(ctx: RequestContext, text: string): Promise<true> {
    const email = parseEmailAddress(text);
    if (email === null) return true;
    const refused = await this.deps.mailRequests.countReset(ctx.client, email.normalized);
    if (refused !== null) throw rateLimited(refused.retryAfter);
    await this.deps.outbox.put(ctx.em, {
      kind: "RESET_PASSWORD",
      recipient: email.address,
      facts: { requestedFrom: ctx.client },
    });
    return true;
  }

  /** The link is spent with the new password or not at all: a password that is refused leaves it as it was. */
  async reset(
    ctx: RequestContext,
    input: ResetPasswordInput,
  ): Promise<PasswordChanged | InvalidToken | InvalidInput> {
    const { token, newPassword } = input;
    this.deps.passwordHasher.refuseWhenFull();
    const link = await this.deps.oneTimeTokens.find(ctx.em, token, [TokenPurpose.RESET_PASSWORD]);
    if (typeof link === "string") return new InvalidToken(link);
    if (link.user === null) return new InvalidToken(InvalidTokenReason.REVOKED);
    const owner = link.user;
    const fault = await this.#findFault(newPassword, owner);
    if (fault !== null) return new InvalidInput([fault]);
    using admission = this.deps.passwordHasher.admit();
    const passwordHash = await this.deps.passwordHasher.hash(newPassword, admission);
    const outcome = await inTransaction(ctx, (tx) => this.#spendOn(tx, link, passwordHash));
    // Somebody else has spent or ended it: the next look tells which.
    if (outcome === null) return this.reset(ctx, input);
    if (typeof outcome === "string") return new InvalidToken(outcome);
    // Whoever guessed at the old password is no reason to delay who has the new one. Guesses at a code are: the mailbox
    // proves nothing of that.
    if (!owner.totpEnabled) await this.deps.credentialAttempts.forgetFailures(owner).catch(() => {});
    this.deps.sessionTokens.rememberDeviceAgain(ctx, owner, passwordHash);
    return new PasswordChanged(outcome);
  }

  #findFault(newPassword: string, owner: Pick<User, "email" | "username">): Promise<InvalidField | null> {
    const emailLocalPart = parseEmailAddress(owner.email)?.localPart ?? null;
    return this.deps.passwordPolicy.check("newPassword", newPassword, {
      emailLocalPart,
      username: owner.username,
    });
  }

  async #changeUntilDone(
    ctx: RequestContext,
    viewer: Viewer,
    input: ChangePasswordInput & { readonly admission: Admission },
  ): Promise<PasswordChanged | InvalidCredentials | InvalidInput> {
    const { currentPassword, newPassword, admission } = input;
    const user = await ctx.em.findOne(User, { id: viewer.user.id }, { refresh: true });
    const isCorrect = await this.deps.passwordHasher.verify(
      user?.passwordHash ?? null,
      currentPassword,
      admission,
    );
    if (user === null || !isCorrect) return new InvalidCredentials("The current password is wrong.");
    // Disabled since the request came in: trying again would go on for ever.
    if (user.status !== UserStatus.ACTIVE) throw unauthenticated("SESSION_REVOKED");
    if (normalizePassword(newPassword) === normalizePassword(currentPassword)) return unchanged();
    const passwordHash = await this.deps.passwordHasher.hash(newPassword, admission);
    const revoked = await inTransaction(ctx, (tx) =>
      this.#replaceIfUnchanged(tx, viewer, { user, passwordHash }),
    );
    // The account was changed while the hashes were computed: the current password may be another one by now.
    if (revoked === null) return this.#changeUntilDone(ctx, viewer, input);
    this.deps.sessionTokens.rememberDeviceAgain(ctx, user, passwordHash);
    return new PasswordChanged(revoked);
  }

  async #replaceIfUnchanged(
    tx: TransactionContext,
    viewer: Viewer,
    { user, passwordHash }: { readonly user: User; readonly passwordHash: string },
  ): Promise<number | null> {
    const { id, totpEnabled } = user;
    const asVerified = { id, passwordHash: user.passwordHash, totpEnabled, status: UserStatus.ACTIVE };
    if ((await tx.em.nativeUpdate(User, asVerified, { passwordHash })) === 0) return null;
    // Under a second factor the password alone is no proof: whoever knows it could turn the factor off.
    if (totpEnabled) await this.deps.sessionService.requireOpen(tx, viewer);
    else await this.deps.sessionService.markReauthenticated(tx, viewer);
    await this.deps.oneTimeTokens.revokeCritical(tx.em, user.id);
    await this.deps.outbox.notify(tx, user, { kind: "PASSWORD_CHANGED" });
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.PASSWORD_CHANGED, userId: user.id });
    return this.deps.sessionService.endOthers(tx, viewer);
  }

  /** @returns how many sessions were ended, or that there is no such account; null when it was not to be spent any more */
  async #spendOn(
    tx: TransactionContext,
    link: OneTimeToken,
    passwordHash: string,
  ): Promise<number | InvalidTokenReason.REVOKED | null> {
    const user = await lockActiveUser(tx.em, link.user?.id ?? null);
    if (!(await this.deps.oneTimeTokens.spend(tx.em, link))) return null;
    // Another address since then, disabled or deleted: who receives mail at this one is no longer asked.
    if (user === null || user.email !== link.email) return InvalidTokenReason.REVOKED;
    const userId = user.id;
    if (!user.emailVerified) {
      await this.deps.securityEvents.record(tx, { type: SecurityEventType.EMAIL_VERIFIED, userId });
      await this.#dropPasskeys(tx, user);
    }
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.PASSWORD_RESET, userId });
    user.setPasswordByMail(passwordHash, new Date(this.deps.clock()));
    await tx.em.flush();
    await this.deps.oneTimeTokens.revokeCritical(tx.em, user.id);
    await this.deps.outbox.notify(tx, user, { kind: "PASSWORD_RESET" });
    return this.deps.sessionService.endAll(tx, user);
  }

  /**
   * Nobody had proved that the address is theirs: whoever set the account up with a stranger's, and with passkeys of their
   * own, would go on logging in. A second factor stays: it lets nobody in without the password.
   */
  async #dropPasskeys(tx: TransactionContext, user: User): Promise<void> {
    const dropped = await this.deps.passkeyService.dropAll(tx, user);
    if (dropped === 0) return;
    const event = { type: SecurityEventType.PASSKEY_REMOVED, userId: user.id };
    await this.deps.securityEvents.record(tx, event);
    await this.deps.outbox.notify(tx, user, { kind: "PASSKEY_REMOVED" });
  }
}

function unchanged(): InvalidInput {
  const message = "This is the current password.";
  return new InvalidInput([new InvalidField("newPassword", InvalidFieldCode.UNCHANGED, message)]);
}
