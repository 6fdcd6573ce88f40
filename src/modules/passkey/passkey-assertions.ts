import type { Config } from "../../config/config.js";
import type { TransactionContext, WriteContext } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { InvalidPasskey } from "../auth-error/login-errors.types.js";
import type { Viewer } from "../session/session.store.js";
import type { User } from "../user/user.entity.js";
import { type Ceremonies, type Ceremony, CeremonyPurpose } from "./ceremonies.js";
import { type AuthenticationResponse, readAuthenticationResponse } from "./credential-response.js";
import { Passkey } from "./passkey.entity.js";
import { PasskeyCeremony } from "./passkey.types.js";
import { requirePasskeys } from "./passkey-support.js";
import type { AuthenticationFacts, RelyingParty } from "./relying-party.js";

export interface PasskeyAnswer {
  readonly ceremonyId: string;
  /** What the browser has given: anything a client likes to send. */
  readonly response: unknown;
}

/** An answer that is good, as far as looking can tell: what it lets in has to spend it. */
export interface PasskeyAssertion {
  /** As read from the database, whatever its status. */
  readonly user: User;
  readonly passkeyId: string;
  readonly ceremony: Ceremony;
  readonly facts: AuthenticationFacts;
}

export class PasskeyRefusal {
  constructor(
    /** Whose passkey it was, where that is known. */
    readonly userId: string | null,
    readonly refusal: InvalidPasskey = new InvalidPasskey(),
  ) {}
}

interface Collaborators {
  readonly ceremonies: Ceremonies;
  readonly relyingParty: RelyingParty;
  readonly clock: Clock;
}

/** Proof of who somebody is, by a passkey (WebAuthn §7.2): for whatever lets people in. */
export class PasskeyAssertions {
  constructor(
    private readonly config: Pick<Config, "webauthn">,
    private readonly deps: Collaborators,
  ) {}

  /**
   * For anybody: the passkey says who they are. Writes nothing.
   *
   * @throws AppError BAD_USER_INPUT where there are no passkeys
   */
  async startLogin(): Promise<PasskeyCeremony> {
    requirePasskeys(this.config);
    const { ceremonies, relyingParty } = this.deps;
    const { ceremonyId, challenge } = ceremonies.open({ purpose: CeremonyPurpose.LOGIN, userId: null });
    return new PasskeyCeremony(ceremonyId, await relyingParty.requestOptions(challenge, null));
  }

  /**
   * For somebody who is logged in, and no other.
   *
   * @throws AppError BAD_USER_INPUT where there are no passkeys
   */
  async startReauthentication({ em }: WriteContext, { user }: Viewer): Promise<PasskeyCeremony> {
    requirePasskeys(this.config);
    const { ceremonies, relyingParty } = this.deps;
    const passkeys = await em.find(Passkey, { user: user.id }, { disableIdentityMap: true });
    // An empty list would let the browser offer the passkeys of others.
    if (passkeys.length === 0) throw new AppError("BAD_USER_INPUT", "This account has no passkey.");
    const binding = { purpose: CeremonyPurpose.REAUTHENTICATION, userId: user.id };
    const { ceremonyId, challenge } = ceremonies.open(binding);
    return new PasskeyCeremony(ceremonyId, await relyingParty.requestOptions(challenge, passkeys));
  }

  /**
   * Looks, and spends nothing.
   *
   * @param userId whom the ceremony must be bound to; null: a login, bound to nobody
   * @throws AppError BAD_USER_INPUT where there are no passkeys
   */
  async verify(
    { em }: WriteContext,
    { ceremonyId, response }: PasskeyAnswer,
    userId: string | null,
  ): Promise<PasskeyAssertion | PasskeyRefusal> {
    requirePasskeys(this.config);
    const purpose = userId === null ? CeremonyPurpose.LOGIN : CeremonyPurpose.REAUTHENTICATION;
    const ceremony = this.deps.ceremonies.read(ceremonyId, { purpose, userId });
    const answer = readAuthenticationResponse(response);
    if (ceremony === null || answer === null) return new PasskeyRefusal(null);
    const passkey = await em.findOne(
      Passkey,
      { credentialId: answer.id },
      { populate: ["user"], refresh: true },
    );
    if (passkey === null) return new PasskeyRefusal(null);
    if (!isOwners(answer, passkey, userId)) return new PasskeyRefusal(passkey.user.id);
    const facts = await this.deps.relyingParty.verifyAuthentication(answer, passkey, {
      challenge: ceremony.challenge,
      requireUserVerification: true,
    });
    if (facts instanceof InvalidPasskey) return new PasskeyRefusal(passkey.user.id, facts);
    return { user: passkey.user, passkeyId: passkey.id, ceremony, facts };
  }

  /**
   * The one step that decides a race, in the transaction of what it lets in, the account's row locked by the caller. Of many at once
   * with one ceremony one is told true; so is one of two that a counting authenticator and its copy have made (WebAuthn §6.1.1).
   *
   * @returns false when the ceremony or the passkey is no longer good
   */
  async spend(
    tx: TransactionContext,
    { user, passkeyId, ceremony, facts }: PasskeyAssertion,
  ): Promise<boolean> {
    if (!(await this.deps.ceremonies.spend(tx, ceremony))) return false;
    const { signatureCounter } = facts;
    // It has to grow, and for one that does not count it stays 0.
    const before = signatureCounter === 0 ? 0 : { $lt: signatureCounter };
    const moved = await tx.em.nativeUpdate(
      Passkey,
      { id: passkeyId, user: user.id, signatureCounter: before },
      { ...facts, lastUsedAt: new Date(this.deps.clock()) },
    );
    return moved > 0;
  }
}

/** WebAuthn §7.2 step 6: who is logging in is said by the user handle alone; who is logged in already need not be told. */
function isOwners({ userHandle }: AuthenticationResponse, { user }: Passkey, userId: string | null): boolean {
  const isHandleRight = userHandle === Buffer.from(user.id).toString("base64url");
  if (userId === null) return isHandleRight;
  return user.id === userId && (userHandle === null || isHandleRight);
}
