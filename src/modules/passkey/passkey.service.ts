import type { Config } from "../../config/config.js";
import {
  inTransaction,
  type RequestContext,
  type TransactionContext,
  type WriteContext,
} from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { describeClient } from "../../lib/device.js";
import { insertRows } from "../../lib/insert-rows.js";
import { isId, newId } from "../../lib/uuid.js";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidPasskey } from "../auth-error/login-errors.types.js";
import type { Outbox } from "../mail/outbox.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { SessionService } from "../session/session.service.js";
import type { Viewer } from "../session/session.store.js";
import type { User } from "../user/user.entity.js";
import { type Ceremonies, type Ceremony, CeremonyPurpose } from "./ceremonies.js";
import { readRegistrationResponse } from "./credential-response.js";
import { lastWayIn } from "./last-way-in.js";
import { Passkey } from "./passkey.entity.js";
import { PasskeyCeremony } from "./passkey.types.js";
import { checkPasskeyName } from "./passkey.validation.js";
import { PasskeyView } from "./passkey.view.js";
import type { PasskeyAnswer } from "./passkey-assertions.js";
import { requirePasskeys } from "./passkey-support.js";
import type { RegistrationFacts, RelyingParty } from "./relying-party.js";

/** Each is offered to the browser at every reauthentication, and left out at every registration. */
const MAX_PASSKEYS = 50;

interface Collaborators {
  readonly ceremonies: Ceremonies;
  readonly relyingParty: RelyingParty;
  readonly sessionService: SessionService;
  readonly outbox: Outbox;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

interface PasskeyRegistration extends PasskeyAnswer {
  readonly name?: string | null;
}

interface VerifiedRegistration {
  readonly ceremony: Ceremony;
  readonly facts: RegistrationFacts;
  readonly name: string;
}

/** What people do with their passkeys, but for logging in. */
export class PasskeyService {
  constructor(
    private readonly config: Pick<Config, "webauthn">,
    private readonly deps: Collaborators,
  ) {}

  /** @throws AppError BAD_USER_INPUT where there are no passkeys, or the account has as many as it may */
  async startRegistration({ em }: WriteContext, { user }: Viewer): Promise<PasskeyCeremony> {
    requirePasskeys(this.config);
    const exclude = await em.find(Passkey, { user: user.id }, { disableIdentityMap: true });
    // Before the authenticator makes a key that is good for nothing.
    if (exclude.length >= MAX_PASSKEYS) throw new AppError("BAD_USER_INPUT", TOO_MANY);
    const binding = { purpose: CeremonyPurpose.REGISTRATION, userId: user.id };
    const { ceremonyId, challenge } = this.deps.ceremonies.open(binding);
    const options = await this.deps.relyingParty.creationOptions(challenge, { user, exclude });
    return new PasskeyCeremony(ceremonyId, options);
  }

  /**
   * A name that is no good loses nothing: the answer may be sent again with another.
   *
   * @throws AppError BAD_USER_INPUT where there are no passkeys, UNAUTHENTICATED when the session ended meanwhile
   */
  async finishRegistration(
    ctx: RequestContext,
    viewer: Viewer,
    input: PasskeyRegistration,
  ): Promise<PasskeyView | InvalidPasskey | InvalidInput> {
    requirePasskeys(this.config);
    const name = input.name ?? describeClient(ctx.client).device ?? "Passkey";
    const fault = checkPasskeyName(name);
    if (fault !== null) return new InvalidInput([fault]);
    const binding = { purpose: CeremonyPurpose.REGISTRATION, userId: viewer.user.id };
    const ceremony = this.deps.ceremonies.read(input.ceremonyId, binding);
    const answer = readRegistrationResponse(input.response);
    if (ceremony === null || answer === null) return new InvalidPasskey();
    const facts = await this.deps.relyingParty.verifyRegistration(answer, {
      challenge: ceremony.challenge,
      requireUserVerification: true,
    });
    if (facts instanceof InvalidPasskey) return facts;
    return inTransaction(ctx, (tx) => this.#add(tx, viewer, { ceremony, facts, name }));
  }

  /**
   * @returns null when the user has no such passkey
   * @throws AppError BAD_USER_INPUT for a name that is no good
   */
  async rename(
    ctx: RequestContext,
    { user }: Viewer,
    { id, name }: { readonly id: string; readonly name: string },
  ): Promise<PasskeyView | null> {
    const fault = checkPasskeyName(name);
    if (fault !== null) throw new AppError("BAD_USER_INPUT", fault.message);
    if (!isId(id)) return null;
    const own = { id, user: user.id };
    return inTransaction(ctx, async ({ em }) => {
      if ((await em.nativeUpdate(Passkey, own, { name })) === 0) return null;
      const passkey = await em.findOne(Passkey, own);
      return passkey === null ? null : PasskeyView.of(passkey);
    });
  }

  /**
   * @returns false when the user has no such passkey
   * @throws AppError FORBIDDEN for the last one of an account without a password
   */
  async remove(ctx: RequestContext, viewer: Viewer, id: string): Promise<boolean> {
    return inTransaction(ctx, async (tx) => {
      const user = await this.deps.sessionService.lockRecentOwner(tx, viewer);
      const own = await tx.em.find(Passkey, { user: user.id }, { fields: ["id"], disableIdentityMap: true });
      if (!own.some((passkey) => passkey.id === id)) return false;
      if (own.length === 1 && user.passwordHash === null) throw lastWayIn();
      await tx.em.nativeDelete(Passkey, { id });
      await this.deps.securityEvents.record(tx, { type: SecurityEventType.PASSKEY_REMOVED, userId: user.id });
      await this.deps.outbox.notify(tx, user, { kind: "PASSKEY_REMOVED" });
      return true;
    });
  }

  /**
   * As a part of what takes an account from whoever set it up, which is what the log and the mail tell of.
   *
   * @returns how many there were
   */
  dropAll({ em }: TransactionContext, user: Pick<User, "id">): Promise<number> {
    return em.nativeDelete(Passkey, { user: user.id });
  }

  /** How many log in to the account: none where they are not offered any more. */
  async countOf({ em }: WriteContext, userId: string): Promise<number> {
    if (!this.config.webauthn.isEnabled) return 0;
    return em.count(Passkey, { user: userId });
  }

  async #add(
    tx: TransactionContext,
    viewer: Viewer,
    { ceremony, facts, name }: VerifiedRegistration,
  ): Promise<PasskeyView | InvalidPasskey> {
    const user = await this.deps.sessionService.lockRecentOwner(tx, viewer);
    if (!(await this.deps.ceremonies.spend(tx, ceremony))) return new InvalidPasskey();
    if ((await this.countOf(tx, user.id)) >= MAX_PASSKEYS) return new InvalidPasskey(TOO_MANY);
    const createdAt = new Date(this.deps.clock());
    const passkey = { id: newId(), user: user.id, name, createdAt, lastUsedAt: null, ...facts };
    // WebAuthn §7.1 step 26: whose it is already, be it the same person's, is not told.
    const added = await insertRows(tx.em, Passkey, [passkey]);
    if (!added.has(passkey.id)) return new InvalidPasskey();
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.PASSKEY_ADDED, userId: user.id });
    await this.deps.outbox.notify(tx, user, { kind: "PASSKEY_ADDED" });
    return PasskeyView.of(passkey);
  }
}

const TOO_MANY = `An account has at most ${MAX_PASSKEYS} passkeys: remove one first.`;
