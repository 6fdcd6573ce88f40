import type { TransactionContext, WriteContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import { MfaMethod } from "../auth-error/login-errors.types.js";
import type { Outbox } from "../mail/outbox.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import { User } from "../user/user.entity.js";
import { PendingTotpSetup } from "./pending-totp-setup.entity.js";
import { RecoveryCode } from "./recovery-code.entity.js";
import { spendRecoveryCode } from "./recovery-codes.js";
import { findTotpStep, isTotpCode } from "./totp.js";
import { TotpCredential } from "./totp-credential.entity.js";
import { openTotpSecret } from "./totp-seal.js";
import { readTypedCode } from "./typed-code.js";

interface Collaborators {
  readonly sealedBox: SealedBox;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** What is asked for besides the password: a code from an authenticator app, or a recovery code in its place. */
export class SecondFactor {
  constructor(private readonly deps: Collaborators) {}

  /** What a code may be, for an account whose second factor is on. */
  async findMethods({ em }: WriteContext, userId: string): Promise<readonly MfaMethod[]> {
    const left = await em.count(RecoveryCode, { user: userId });
    return left === 0 ? [MfaMethod.TOTP] : [MfaMethod.TOTP, MfaMethod.RECOVERY_CODE];
  }

  /**
   * Spends a code in the transaction of what it lets in; the caller holds the account's row.
   *
   * @returns false when it is wrong or was used before: then nothing was written
   */
  async spendCode(tx: TransactionContext, user: User, text: string): Promise<boolean> {
    const code = readTypedCode(text);
    if (isTotpCode(code)) return this.#spendTotpCode(tx, user.id, code);
    if (!(await spendRecoveryCode(tx.em, user.id, code))) return false;
    await this.deps.securityEvents.record(tx, {
      type: SecurityEventType.RECOVERY_CODE_USED,
      userId: user.id,
    });
    await this.deps.outbox.notify(tx, user, { kind: "RECOVERY_CODE_USED" });
    return true;
  }

  /**
   * Ends it with everything that belongs to it. Event and notice are the caller's.
   *
   * @returns whether it was on
   */
  async drop({ em }: TransactionContext, { id }: Pick<User, "id">): Promise<boolean> {
    // A setup under way, too: whoever was shown its secret could turn the factor on again.
    await em.nativeDelete(PendingTotpSetup, { user: id });
    await em.nativeDelete(RecoveryCode, { user: id });
    await em.nativeUpdate(User, { id }, { totpEnabled: false });
    return (await em.nativeDelete(TotpCredential, { user: id })) > 0;
  }

  /**
   * A code works once (RFC 6238 §5.2, ASVS 6.5.1): whoever has seen it typed is too late with it. The row count decides:
   * of many with the same code at once, one has moved the step on.
   */
  async #spendTotpCode({ em }: TransactionContext, userId: string, code: string): Promise<boolean> {
    const credential = await em.findOne(TotpCredential, { user: userId }, { disableIdentityMap: true });
    if (credential === null) return false;
    const secret = openTotpSecret(this.deps.sealedBox, userId, credential.sealedSecret);
    if (secret === null) {
      throw new Error("A TOTP secret opens with neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS");
    }
    const step = await findTotpStep(secret, code, this.deps.clock());
    if (step === null) return false;
    const unused = { user: userId, lastUsedStep: { $lt: step } };
    return (await em.nativeUpdate(TotpCredential, unused, { lastUsedStep: step })) > 0;
  }
}
