import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import type { Outbox } from "../mail/outbox.js";
import type { OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import { lastWayIn } from "../passkey/last-way-in.js";
import type { PasskeyService } from "../passkey/passkey.service.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { SessionTokens } from "../session/session-tokens.js";

interface Collaborators {
  readonly passkeyService: PasskeyService;
  readonly sessionService: SessionService;
  readonly sessionTokens: SessionTokens;
  readonly oneTimeTokens: OneTimeTokens;
  readonly outbox: Outbox;
  readonly securityEvents: SecurityEvents;
}

/** How an account comes to be one that only passkeys log in to. */
export class PasswordRemovalService {
  constructor(private readonly deps: Collaborators) {}

  /**
   * @returns false when there was none
   * @throws AppError FORBIDDEN where it is the last way in
   */
  async remove(ctx: RequestContext, viewer: Viewer): Promise<boolean> {
    const isRemoved = await inTransaction(ctx, (tx) => this.#remove(tx, viewer));
    // The device is known by the password of today, of which there is none.
    if (isRemoved) {
      const { id, totpEnabled } = viewer.user;
      this.deps.sessionTokens.rememberDevice(ctx, { id, passwordHash: null, totpEnabled });
    }
    return isRemoved;
  }

  async #remove(tx: TransactionContext, viewer: Viewer): Promise<boolean> {
    const user = await this.deps.sessionService.lockRecentOwner(tx, viewer);
    if (user.passwordHash === null) return false;
    // Under the same lock as the removal of a passkey: of two that are the last way in one stays.
    if ((await this.deps.passkeyService.countOf(tx, user.id)) === 0) throw lastWayIn();
    user.passwordHash = null;
    await tx.em.flush();
    await this.deps.oneTimeTokens.revokeCritical(tx.em, user.id);
    await this.deps.outbox.notify(tx, user, { kind: "PASSWORD_REMOVED" });
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.PASSWORD_REMOVED, userId: user.id });
    await this.deps.sessionService.endOthers(tx, viewer);
    return true;
  }
}
