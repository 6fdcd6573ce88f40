import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { unauthenticated } from "../../lib/app-error.js";
import {
  InvalidCode,
  InvalidCredentials,
  InvalidPasskey,
  MfaRequired,
  TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import {
  type Attempt,
  type CredentialAttempts,
  clearCounters,
  withdrawingOnError,
} from "../credential-attempt/credential-attempts.js";
import type { SecondFactor } from "../mfa/second-factor.js";
import type { PasskeyAnswer, PasskeyAssertions } from "../passkey/passkey-assertions.js";
import type { PasswordHasher } from "../password/password-hasher.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import { SessionView } from "../session/session.view.js";
import { User } from "../user/user.entity.js";
import { lockActiveUser } from "../user/user.lock.js";
import type { ReauthenticateInput } from "./account.inputs.js";

interface Collaborators {
  readonly passwordHasher: PasswordHasher;
  readonly secondFactor: SecondFactor;
  readonly passkeyAssertions: PasskeyAssertions;
  readonly sessionService: SessionService;
  readonly credentialAttempts: CredentialAttempts;
  readonly securityEvents: SecurityEvents;
}

type Refusal = InvalidCredentials | InvalidCode | InvalidPasskey;
type Answer = SessionView | Refusal | MfaRequired | TooManyAttempts;

/** Proving once more, in an open session, who is there. It takes what a login takes: less would be a way round it. */
export class ReauthenticationService {
  constructor(private readonly deps: Collaborators) {}

  async reauthenticate(ctx: RequestContext, viewer: Viewer, input: ReauthenticateInput): Promise<Answer> {
    if (input.passkey == null) this.deps.passwordHasher.refuseWhenFull();
    const attempt = await this.deps.credentialAttempts.beginReauthentication(viewer);
    if (attempt instanceof TooManyAttempts) return attempt;
    const answer = await withdrawingOnError(attempt, () =>
      input.passkey == null
        ? this.#byPassword(ctx, viewer, { ...input, attempt })
        : this.#byPasskey(ctx, viewer, input.passkey),
    );
    if (answer instanceof SessionView) await clearCounters(attempt);
    else if (!(answer instanceof MfaRequired)) {
      await this.deps.securityEvents.recordFailedLogin(ctx, viewer.user.id);
    }
    return answer;
  }

  async #byPassword(
    ctx: RequestContext,
    viewer: Viewer,
    { password, code, attempt }: ReauthenticateInput & { readonly attempt: Attempt },
  ): Promise<SessionView | MfaRequired | Refusal> {
    using admission = this.deps.passwordHasher.admit();
    const user = await ctx.em.findOne(User, { id: viewer.user.id });
    const storedHash = user?.passwordHash ?? null;
    if (!(await this.deps.passwordHasher.verify(storedHash, password ?? "", admission))) {
      return new InvalidCredentials("The password is wrong.");
    }
    if (user?.totpEnabled && !code) {
      const methods = await this.deps.secondFactor.findMethods(ctx, user.id);
      await attempt.withdraw().catch(() => {});
      return new MfaRequired(methods);
    }
    return inTransaction(ctx, async (tx) => {
      const owner = await lockActiveUser(tx.em, viewer.user.id);
      if (owner === null || owner.passwordHash !== storedHash) throw unauthenticated("SESSION_REVOKED");
      if (owner.totpEnabled && !(await this.deps.secondFactor.spendCode(tx, owner, code ?? ""))) {
        return new InvalidCode();
      }
      return this.#mark(tx, viewer);
    });
  }

  async #byPasskey(
    ctx: RequestContext,
    viewer: Viewer,
    answer: PasskeyAnswer,
  ): Promise<SessionView | InvalidPasskey> {
    const assertion = await this.deps.passkeyAssertions.verify(ctx, answer, viewer.user.id);
    if ("refusal" in assertion) return assertion.refusal;
    return inTransaction(ctx, async (tx) => {
      if ((await lockActiveUser(tx.em, viewer.user.id)) === null) throw unauthenticated("SESSION_REVOKED");
      const isSpent = await this.deps.passkeyAssertions.spend(tx, assertion);
      return isSpent ? this.#mark(tx, viewer) : new InvalidPasskey();
    });
  }

  async #mark(tx: TransactionContext, viewer: Viewer): Promise<SessionView> {
    const session = await this.deps.sessionService.markReauthenticated(tx, viewer);
    const userId = viewer.user.id;
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.REAUTHENTICATED, userId });
    return session;
  }
}
