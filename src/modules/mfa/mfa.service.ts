import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import { InvalidCode, TooManyAttempts } from "../auth-error/login-errors.types.js";
import {
  type CredentialAttempts,
  clearCounters,
  withdrawingOnError,
} from "../credential-attempt/credential-attempts.js";
import type { Outbox } from "../mail/outbox.js";
import type { OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { User } from "../user/user.entity.js";
import { RecoveryCodes, type TotpSetup } from "./mfa.types.js";
import { PendingTotpSetup } from "./pending-totp-setup.entity.js";
import { replaceRecoveryCodes } from "./recovery-codes.js";
import type { SecondFactor } from "./second-factor.js";
import { createTotpSecret, describeTotpSetup, findTotpStep } from "./totp.js";
import { TotpCredential } from "./totp-credential.entity.js";
import { openTotpSecret, sealTotpSecret } from "./totp-seal.js";
import { readTypedCode } from "./typed-code.js";

interface Collaborators {
  readonly secondFactor: SecondFactor;
  readonly sealedBox: SealedBox;
  readonly sessionService: SessionService;
  readonly credentialAttempts: CredentialAttempts;
  readonly oneTimeTokens: OneTimeTokens;
  readonly securityEvents: SecurityEvents;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** A code of the app that a setup is for. */
interface ConfirmedSetup {
  readonly secret: string;
  readonly step: number;
}

/** For finding the phone and the app, and no longer: the secret may still be on a screen. */
const SETUP_SECONDS = 1800;

/** A change of the second factor: what the log and the mail call it alike. */
type Change = "TOTP_ENABLED" | "TOTP_DISABLED" | "RECOVERY_CODES_REGENERATED";

/** What people do with their second factor. */
export class MfaService {
  constructor(
    private readonly config: Pick<Config, "serviceName">,
    private readonly deps: Collaborators,
  ) {}

  /** The latest setup counts. An app that is in use goes on working until the new one is confirmed. */
  async startTotpSetup(ctx: RequestContext, viewer: Viewer): Promise<TotpSetup> {
    const secret = await createTotpSecret();
    const email = await inTransaction(ctx, async (tx) => {
      const owner = await this.deps.sessionService.lockRecentOwner(tx, viewer);
      const { sealedSecret } = sealTotpSecret(this.deps.sealedBox, owner.id, secret);
      const expiresAt = new Date(this.deps.clock() + secondsToMs(SETUP_SECONDS));
      await tx.em.upsert(PendingTotpSetup, { user: owner.id, sealedSecret, expiresAt });
      return owner.email;
    });
    return describeTotpSetup(secret, { service: this.config.serviceName, accountName: email });
  }

  /** Counted: a session in the wrong hands must not guess a code of an old setup. */
  async confirmTotpSetup(
    ctx: RequestContext,
    viewer: Viewer,
    code: string,
  ): Promise<RecoveryCodes | InvalidCode | TooManyAttempts> {
    const attempt = await this.deps.credentialAttempts.beginTotpConfirmation(viewer);
    if (attempt instanceof TooManyAttempts) return attempt;
    const result = await withdrawingOnError(attempt, () =>
      inTransaction(ctx, (tx) => this.#confirm(tx, viewer, code)),
    );
    if (result === null) {
      await attempt.withdraw();
      return new InvalidCode("There is no setup under way, or it has expired: start again.");
    }
    if (result instanceof InvalidCode) {
      await this.deps.securityEvents.recordFailedLogin(ctx, viewer.user.id);
    } else {
      await clearCounters(attempt);
    }
    return result;
  }

  /** @returns whether it was on */
  disableTotp(ctx: RequestContext, viewer: Viewer): Promise<boolean> {
    return inTransaction(ctx, async (tx) => {
      const owner = await this.deps.sessionService.lockRecentOwner(tx, viewer);
      if (!(await this.deps.secondFactor.drop(tx, owner))) return false;
      await this.#tell(tx, owner, "TOTP_DISABLED");
      return true;
    });
  }

  /** @throws AppError BAD_USER_INPUT where no second factor is on */
  regenerateRecoveryCodes(ctx: RequestContext, viewer: Viewer): Promise<RecoveryCodes> {
    return inTransaction(ctx, async (tx) => {
      const owner = await this.deps.sessionService.lockRecentOwner(tx, viewer);
      if (!owner.totpEnabled) {
        throw new AppError("BAD_USER_INPUT", "No second factor is on: recovery codes come with one.");
      }
      await this.#tell(tx, owner, "RECOVERY_CODES_REGENERATED");
      return new RecoveryCodes(await replaceRecoveryCodes(tx.em, owner.id));
    });
  }

  /** @returns null where there is nothing to confirm */
  async #confirm(
    tx: TransactionContext,
    viewer: Viewer,
    text: string,
  ): Promise<RecoveryCodes | InvalidCode | null> {
    const owner = await this.deps.sessionService.lockRecentOwner(tx, viewer);
    const now = this.deps.clock();
    const current = { user: owner.id, expiresAt: { $gt: new Date(now) } };
    const setup = await tx.em.findOne(PendingTotpSetup, current, { disableIdentityMap: true });
    if (setup === null) return null;
    const secret = openTotpSecret(this.deps.sealedBox, owner.id, setup.sealedSecret);
    if (secret === null) return null;
    const step = await findTotpStep(secret, readTypedCode(text), now);
    if (step === null) return new InvalidCode();
    // Of many who confirm at once, one has deleted it: the codes that the others were shown would be void.
    const confirmed = { user: owner.id, sealedSecret: setup.sealedSecret };
    if ((await tx.em.nativeDelete(PendingTotpSetup, confirmed)) === 0) return null;
    await this.#turnOn(tx, owner, { secret, step });
    await this.deps.sessionService.endRecencyOfOthers(tx, viewer);
    // What another session has begun: with the address at another's it would take the account from its owner.
    await this.deps.oneTimeTokens.revokeCritical(tx.em, owner.id);
    return new RecoveryCodes(await replaceRecoveryCodes(tx.em, owner.id));
  }

  /** With the step of the confirming code: whoever has seen it typed does not log in with it. */
  async #turnOn(tx: TransactionContext, owner: User, { secret, step }: ConfirmedSetup): Promise<void> {
    const sealed = sealTotpSecret(this.deps.sealedBox, owner.id, secret);
    await tx.em.upsert(TotpCredential, { user: owner.id, ...sealed, lastUsedStep: step });
    owner.totpEnabled = true;
    await tx.em.flush();
    await this.#tell(tx, owner, "TOTP_ENABLED");
  }

  async #tell(tx: TransactionContext, owner: User, change: Change): Promise<void> {
    await this.deps.securityEvents.record(tx, { type: SecurityEventType[change], userId: owner.id });
    await this.deps.outbox.notify(tx, owner, { kind: change });
  }
}
