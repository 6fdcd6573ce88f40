import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { forbidden } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { isId } from "../../lib/uuid.js";
import { type DeletionService, lastAdmin } from "../account/deletion.service.js";
import { InvalidField, InvalidFieldCode, InvalidInput } from "../auth-error/invalid-input.types.js";
import type { Outbox } from "../mail/outbox.js";
import type { SecondFactor } from "../mfa/second-factor.js";
import type { OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { ProfileService } from "../user/profile.service.js";
import type { User } from "../user/user.entity.js";
import { lockWithAdmins } from "../user/user.lock.js";
import { UserStatus } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";
import { changeAccount, checkAccountChanges, checkLastAdmin } from "./account-changes.js";
import type { UpdateUserInput } from "./administration.inputs.js";

interface Collaborators {
  readonly sessionService: SessionService;
  readonly profileService: ProfileService;
  readonly deletionService: DeletionService;
  readonly secondFactor: SecondFactor;
  readonly oneTimeTokens: OneTimeTokens;
  readonly outbox: Outbox;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

/** An administrator and the account that they deal with: it may be their own. */
export interface Administration {
  readonly viewer: Viewer;
  readonly userId: string;
}

interface LockedAccount {
  readonly user: User;
  readonly isLastAdmin: boolean;
}

/** What administrators do to accounts. */
export class AdministrationService {
  constructor(private readonly deps: Collaborators) {}

  /** All that the input names, or nothing; and nothing else, so that changes of different fields at once both survive. */
  async updateUser(
    ctx: RequestContext,
    administration: Administration,
    input: UpdateUserInput,
  ): Promise<UserView | InvalidInput> {
    const { userId } = administration;
    const faults = [...(isId(userId) ? [] : [notFound()]), ...checkAccountChanges(input)];
    if (faults.length > 0) return new InvalidInput(faults);
    const owner = { userId, username: input.username ?? null };
    const result = await this.deps.profileService.unlessUsernameTaken(ctx, owner, () =>
      this.#administerRecently(ctx, administration, (tx, account) =>
        this.#update(tx, account, { input, actorId: administration.viewer.user.id }),
      ),
    );
    return result ?? new InvalidInput([notFound()]);
  }

  /**
   * As its owner would.
   *
   * @returns false when there is no such account
   * @throws AppError FORBIDDEN where nobody would be left to administer
   */
  async deleteUser(ctx: RequestContext, administration: Administration): Promise<boolean> {
    const isDeleted = await this.#administerRecently(
      ctx,
      administration,
      async (tx, { user, isLastAdmin }) => {
        if (isLastAdmin) throw lastAdmin();
        await this.deps.deletionService.delete(tx, user, administration.viewer.user.id);
        return true;
      },
    );
    return isDeleted ?? false;
  }

  /** @returns how many were ended */
  async revokeSessions(ctx: RequestContext, administration: Administration): Promise<number> {
    const revoked = await this.#administer(ctx, administration, async (tx, { user }) => {
      const count = await this.deps.sessionService.endAll(tx, user);
      if (count > 0) await this.#record(tx, administration, SecurityEventType.SESSION_REVOKED);
      return count;
    });
    return revoked ?? 0;
  }

  /**
   * For somebody who cannot come in any more: no link in a mail gets past a second factor.
   *
   * @returns whether it was on
   */
  async disableTotp(ctx: RequestContext, administration: Administration): Promise<boolean> {
    const isDropped = await this.#administerRecently(ctx, administration, async (tx, { user }) => {
      if (!(await this.deps.secondFactor.drop(tx, user))) return false;
      const kind = user.id === administration.viewer.user.id ? "TOTP_DISABLED" : "TOTP_DISABLED_BY_ADMIN";
      await this.deps.outbox.notify(tx, user, { kind });
      await this.#record(tx, administration, SecurityEventType.TOTP_DISABLED);
      return true;
    });
    return isDropped ?? false;
  }

  /**
   * The mail that its owner could ask for. The limits are for strangers: none is asked here, and none used up.
   *
   * @returns false when there is no such account that could log in, or nobody to carry mails
   */
  async sendPasswordReset(ctx: RequestContext, administration: Administration): Promise<boolean> {
    const isPut = await this.#administer(ctx, administration, async (tx, { user }) => {
      if (user.status !== UserStatus.ACTIVE || !this.deps.outbox.isOpen) return false;
      const mail = { kind: "RESET_PASSWORD", recipient: user.email, userId: user.id } as const;
      await this.deps.outbox.put(tx.em, mail);
      await this.#record(tx, administration, SecurityEventType.PASSWORD_RESET_REQUESTED);
      return true;
    });
    return isPut ?? false;
  }

  /** For what needs a recent login, which another session may have ended meanwhile. */
  #administerRecently<Result>(
    ctx: RequestContext,
    administration: Administration,
    work: (tx: TransactionContext, account: LockedAccount) => Promise<Result>,
  ): Promise<Result | null> {
    return this.#administer(ctx, administration, async (tx, account) => {
      await this.deps.sessionService.requireRecent(tx, administration.viewer);
      return work(tx, account);
    });
  }

  /**
   * Looks under the lock whether who acts is an administrator still, and logged in: two who demote each other at once
   * would both get their way.
   *
   * @returns null when there is no such account
   */
  async #administer<Result>(
    ctx: RequestContext,
    { viewer, userId }: Administration,
    work: (tx: TransactionContext, account: LockedAccount) => Promise<Result>,
  ): Promise<Result | null> {
    if (!isId(userId)) return null;
    return inTransaction(ctx, async (tx) => {
      const { account: user, admins, isLastAdmin } = await lockWithAdmins(tx.em, userId);
      await this.deps.sessionService.requireOpen(tx, viewer);
      if (!admins.some(({ id }) => id === viewer.user.id)) throw forbidden();
      return user === null ? null : work(tx, { user, isLastAdmin });
    });
  }

  async #update(
    tx: TransactionContext,
    { user, isLastAdmin }: LockedAccount,
    { input, actorId }: { readonly input: UpdateUserInput; readonly actorId: string },
  ): Promise<UserView | InvalidInput> {
    const faults = isLastAdmin ? checkLastAdmin(input) : [];
    if (faults.length > 0) return new InvalidInput(faults);
    const events = changeAccount(user, input, new Date(this.deps.clock()));
    await tx.em.flush();
    if (user.status === UserStatus.DISABLED) await this.#endAllAccess(tx, user);
    for (const type of events) {
      await this.deps.securityEvents.record(tx, { type, userId: user.id, actorId });
    }
    return UserView.of(user);
  }

  /** So that enabling the account brings nothing back to life: neither a session nor a link that would open one. */
  async #endAllAccess(tx: TransactionContext, user: User): Promise<void> {
    await this.deps.sessionService.endAll(tx, user);
    await this.deps.oneTimeTokens.revokeCritical(tx.em, user.id);
  }

  #record(
    tx: TransactionContext,
    { viewer, userId }: Administration,
    type: SecurityEventType,
  ): Promise<void> {
    return this.deps.securityEvents.record(tx, { type, userId, actorId: viewer.user.id });
  }
}

function notFound(): InvalidField {
  return new InvalidField("id", InvalidFieldCode.NOT_FOUND, "There is no account with this id.");
}
