import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import type { Outbox } from "../mail/outbox.js";
import type { PendingSignups } from "../pending-signup/pending-signups.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import { User } from "../user/user.entity.js";
import { lockActiveUser, lockWithAdmins } from "../user/user.lock.js";
import { Role, UserStatus } from "../user/user.types.js";

interface Collaborators {
  readonly sessionService: SessionService;
  readonly pendingSignups: PendingSignups;
  readonly outbox: Outbox;
  readonly securityEvents: SecurityEvents;
}

/** How an account ends. */
export class DeletionService {
  constructor(private readonly deps: Collaborators) {}

  /**
   * Somebody's own. Administrators wait for each other, and people for nobody.
   *
   * @throws AppError FORBIDDEN to the last administrator
   */
  async deleteOwn(ctx: RequestContext, viewer: Viewer): Promise<boolean> {
    const isDeleted = await inTransaction(ctx, (tx) => this.#deleteOwn(tx, viewer));
    if (isDeleted !== null) return isDeleted;
    // Made an administrator since the request came in.
    return this.deleteOwn(ctx, { ...viewer, user: { ...viewer.user, role: Role.ADMIN } });
  }

  /**
   * What belongs to the account goes with it, by foreign keys: sessions, links, mails that were not sent. To be called
   * with the account locked.
   *
   * @param actorId who does it
   */
  async delete(tx: TransactionContext, user: User, actorId: string): Promise<void> {
    const { em } = tx;
    const kind = actorId === user.id ? "ACCOUNT_DELETED" : "ACCOUNT_DELETED_BY_ADMIN";
    await this.deps.outbox.notify(tx, user, { kind });
    await this.deps.pendingSignups.forget(em, user);
    await em.nativeDelete(User, { id: user.id });
    await this.deps.securityEvents.record(tx, {
      type: SecurityEventType.ACCOUNT_DELETED,
      userId: user.id,
      actorId,
    });
    // Last: where its owner was when they deleted it is theirs, too.
    await this.deps.securityEvents.forgetPerson(tx, user.id);
  }

  /** @returns null when it is an administrator's, contrary to what the viewer says: nothing was done then */
  async #deleteOwn(tx: TransactionContext, viewer: Viewer): Promise<boolean | null> {
    const { id, role } = viewer.user;
    const { account, isLastAdmin } =
      role === Role.ADMIN
        ? await lockWithAdmins(tx.em, id)
        : { account: await lockActiveUser(tx.em, id), isLastAdmin: false };
    if (account?.status !== UserStatus.ACTIVE) return false;
    if (account.role === Role.ADMIN && role !== Role.ADMIN) return null;
    await this.deps.sessionService.requireRecent(tx, viewer);
    if (isLastAdmin) throw lastAdmin();
    await this.delete(tx, account, id);
    return true;
  }
}

/** Nobody could make anybody an administrator any more. */
export function lastAdmin(): AppError {
  return new AppError(
    "FORBIDDEN",
    "This is the only active administrator: make somebody else one first, by `updateUser` with `role: ADMIN`.",
    { reason: "LAST_ADMIN" },
  );
}
