import type { Config } from "../../config/config.js";
import type { TransactionContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { AccountDisabled, EmailNotVerified } from "../auth-error/login-errors.types.js";
import type { Outbox } from "../mail/outbox.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { Session } from "../session/session.entity.js";
import type { SessionService } from "../session/session.service.js";
import { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";

interface Collaborators {
  readonly sessionService: SessionService;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

interface ProvedLogin {
  readonly isKnownClient: boolean;
  /** What the account must still be. Left out where its row is held. */
  readonly asProved?: Partial<Pick<User, "passwordHash" | "totpEnabled">>;
  /** Of the same password, where it was made anew. */
  readonly passwordHash?: string | null;
}

/** What every way of logging in ends with. */
export class SessionOpening {
  constructor(
    private readonly config: Pick<Config, "emailVerification">,
    private readonly deps: Collaborators,
  ) {}

  /** Shown to nobody but who has proved that the account is theirs. */
  findObstacle({ status, emailVerified }: User): AccountDisabled | EmailNotVerified | null {
    if (status === UserStatus.DISABLED) return new AccountDisabled();
    const isWaiting = this.config.emailVerification === "required" && !emailVerified;
    return isWaiting ? new EmailNotVerified() : null;
  }

  /**
   * In the transaction of the proof.
   *
   * @param user as it was before this login
   * @returns null when the account was disabled meanwhile, or is no longer what the proof was about
   */
  async openIfUnchanged(
    tx: TransactionContext,
    user: User,
    { isKnownClient, asProved = {}, passwordHash = user.passwordHash }: ProvedLogin,
  ): Promise<Session | null> {
    const asItWas = { id: user.id, status: UserStatus.ACTIVE, ...asProved };
    const lastLoginAt = new Date(this.deps.clock());
    if ((await tx.em.nativeUpdate(User, asItWas, { passwordHash, lastLoginAt })) === 0) return null;
    // Whoever verified their address a moment ago knows that they log in.
    if (!isKnownClient && user.lastLoginAt !== null) {
      await this.deps.outbox.notify(tx, user, { kind: "NEW_DEVICE" });
    }
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.LOGGED_IN, userId: user.id });
    return this.deps.sessionService.start(tx, user);
  }
}
