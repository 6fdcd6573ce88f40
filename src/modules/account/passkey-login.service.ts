import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import {
  type AccountDisabled,
  type EmailNotVerified,
  InvalidPasskey,
  type TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import type { CredentialAttempts } from "../credential-attempt/credential-attempts.js";
import type { FinishPasskeyLoginInput } from "../passkey/passkey.inputs.js";
import type { PasskeyCeremony } from "../passkey/passkey.types.js";
import type { PasskeyAssertion, PasskeyAssertions } from "../passkey/passkey-assertions.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AuthPayload } from "../session/auth-payload.types.js";
import type { SessionTokens } from "../session/session-tokens.js";
import { lockActiveUser } from "../user/user.lock.js";
import type { SessionOpening } from "./session-opening.js";

interface Collaborators {
  readonly passkeyAssertions: PasskeyAssertions;
  readonly sessionOpening: SessionOpening;
  readonly sessionTokens: SessionTokens;
  readonly credentialAttempts: CredentialAttempts;
  readonly securityEvents: SecurityEvents;
}

type Answer = AuthPayload | InvalidPasskey | AccountDisabled | EmailNotVerified | TooManyAttempts;

/** Coming in with a passkey, which its user has unlocked: that is two factors, and no code is asked for. */
export class PasskeyLoginService {
  constructor(private readonly deps: Collaborators) {}

  start(): Promise<PasskeyCeremony> {
    return this.deps.passkeyAssertions.startLogin();
  }

  async finish(ctx: RequestContext, input: FinishPasskeyLoginInput): Promise<Answer> {
    const assertion = await this.deps.passkeyAssertions.verify(ctx, input, null);
    if ("refusal" in assertion) return this.#refuse(ctx, assertion.userId, assertion.refusal);
    const { user } = assertion;
    const obstacle = this.deps.sessionOpening.findObstacle(user);
    if (obstacle !== null) return this.#refuse(ctx, user.id, obstacle);
    const isKnownClient = await this.deps.credentialAttempts.isKnownClient(ctx, user);
    const sessionId = await inTransaction(ctx, (tx) => this.#open(tx, assertion, isKnownClient));
    if (sessionId === null) return this.#refuse(ctx, user.id, new InvalidPasskey());
    const { tokenDelivery } = input;
    return this.deps.sessionTokens.letIn(ctx, sessionId, {
      user,
      passwordHash: user.passwordHash,
      tokenDelivery,
    });
  }

  /** @returns null when the passkey, the challenge or the account is no longer good: somebody was faster */
  async #open(
    tx: TransactionContext,
    assertion: PasskeyAssertion,
    isKnownClient: boolean,
  ): Promise<string | null> {
    const user = await lockActiveUser(tx.em, assertion.user.id);
    if (user === null || !(await this.deps.passkeyAssertions.spend(tx, assertion))) return null;
    return this.deps.sessionOpening.openIfUnchanged(tx, user, { isKnownClient });
  }

  /** Passkeys cannot be guessed, so nobody is ever kept from using theirs: what is limited is what others write into the log. */
  async #refuse<Refusal extends object>(
    ctx: RequestContext,
    userId: string | null,
    refusal: Refusal,
  ): Promise<Refusal | TooManyAttempts> {
    const tooMany = await this.deps.credentialAttempts.countRefusedPasskey(ctx);
    if (tooMany !== null) return tooMany;
    await this.deps.securityEvents.recordFailedLogin(ctx, userId);
    return refusal;
  }
}
