import type { Config } from "../../config/config.js";
import type { TransactionContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { AccountDisabled, EmailNotVerified } from "../auth-error/login-errors.types.js";
import type { Outbox } from "../mail/outbox.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import { UserStatus } from "../user/user.types.js";
import { type LoginAccount, noteLogin } from "./login-account.js";

interface Collaborators {
  readonly sessionService: SessionService;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

interface ProvedLogin {
  readonly isKnownClient: boolean;
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
  findObstacle({ status, emailVerified }: LoginAccount): AccountDisabled | EmailNotVerified | null {
    if (status === UserStatus.DISABLED) return new AccountDisabled();
    const isWaiting = this.config.emailVerification === "required" && !emailVerified;
    return isWaiting ? new EmailNotVerified() : null;
  }

  /**
   * In the transaction of the proof.
   *
   * @param user as it was when the proof was looked at, before this login
   * @returns the id of the new session; null when the account was disabled meanwhile, or is no longer what the proof was about
   */
  async openIfUnchanged(
    tx: TransactionContext,
    user: LoginAccount,
    { isKnownClient, passwordHash = user.passwordHash }: ProvedLogin,
  ): Promise<string | null> {
    const now = new Date(this.deps.clock());
    if (!(await noteLogin(tx.em, user, { passwordHash, now }))) return null;
    // Whoever verified their address a moment ago knows that they log in.
    if (!isKnownClient && user.lastLoginAt !== null) {
      await this.deps.outbox.notify(tx, user, { kind: "NEW_DEVICE" });
    }
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.LOGGED_IN, userId: user.id });
    return this.deps.sessionService.start(tx, user.id);
  }
}
