import { randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import type { TransactionContext } from "../../context.js";
import { type Clock, secondsToMs, toNumericDate } from "../../lib/clock.js";
import { deleteInPages } from "../../lib/delete-in-pages.js";
import { insertRows } from "../../lib/insert-rows.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import { isId, newId } from "../../lib/uuid.js";
import { SymmetricTokens } from "../token/symmetric-tokens.js";
import { SpentCeremony } from "./spent-ceremony.entity.js";

const CEREMONY_TYPE = "ceremony+jwt";

/** What WebAuthn §15.1 recommends where a person has to be verified. */
export const CEREMONY_SECONDS = 300;

/** Twice what WebAuthn §13.4.3 asks for. */
const CHALLENGE_BYTES = 32;

/** For so long after its end it is still known to be spent: the clocks of two instances may differ. */
const KEPT_MS = 86_400_000;

export enum CeremonyPurpose {
  REGISTRATION = "REGISTRATION",
  LOGIN = "LOGIN",
  REAUTHENTICATION = "REAUTHENTICATION",
}

/** What a ceremony is for. An answer to one is none to another. */
export interface CeremonyBinding {
  readonly purpose: CeremonyPurpose;
  /** Null for a login, where nobody is known yet. */
  readonly userId: string | null;
}

export interface OpenCeremony {
  /** Our statement of what was asked: it comes back with the answer. */
  readonly ceremonyId: string;
  /** Base64url. */
  readonly challenge: string;
}

/** One that came back, and may have been spent meanwhile. */
export interface Ceremony {
  readonly id: string;
  readonly challenge: string;
  readonly expiresAt: Date;
}

/**
 * What passkeys are asked to sign: a challenge that is random, good for one purpose, one person, one use and a time
 * (WebAuthn §13.4.3). It is kept by the client, under our signature, and only that it was spent is stored: asking for one, which
 * anybody may, as often as they like, writes nothing.
 */
export class Ceremonies {
  readonly #tokens: SymmetricTokens;

  constructor(
    secretKeys: SecretKeys,
    private readonly clock: Clock,
  ) {
    this.#tokens = new SymmetricTokens(secretKeys, "passkey-ceremony", CEREMONY_TYPE);
  }

  open({ purpose, userId }: CeremonyBinding): OpenCeremony {
    const challenge = randomBytes(CHALLENGE_BYTES).toString("base64url");
    const exp = toNumericDate(this.clock()) + CEREMONY_SECONDS;
    const whose = userId === null ? {} : { sub: userId };
    return { ceremonyId: this.#tokens.sign({ jti: newId(), purpose, ...whose, challenge, exp }), challenge };
  }

  /** Looks, and spends nothing. Null for one that is not ours, over, or for something or somebody else. */
  read(ceremonyId: string, binding: CeremonyBinding): Ceremony | null {
    const { jti, purpose, sub, challenge, exp } = this.#tokens.verify(ceremonyId) ?? {};
    if (typeof jti !== "string" || !isId(jti) || typeof challenge !== "string" || typeof exp !== "number") {
      return null;
    }
    if (purpose !== binding.purpose || (sub ?? null) !== binding.userId) return null;
    const ceremony = { id: jti, challenge, expiresAt: new Date(secondsToMs(exp)) };
    return this.#isOver(ceremony) ? null : ceremony;
  }

  /**
   * The one step that decides a race: of many answers at once, one is told that it has spent the ceremony. What it is spent
   * on belongs into the same transaction.
   */
  async spend(tx: TransactionContext, { id, expiresAt }: Ceremony): Promise<boolean> {
    // Once more: after its end nobody keeps that it was spent.
    if (this.#isOver({ expiresAt })) return false;
    const spent = await insertRows(tx.em, SpentCeremony, [{ id, expiresAt }]);
    return spent.has(id);
  }

  #isOver({ expiresAt }: Pick<Ceremony, "expiresAt">): boolean {
    return expiresAt.getTime() <= this.clock();
  }
}

/** Drops those that are over anyway. @returns how many */
export function pruneSpentCeremonies(
  em: EntityManager,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<number> {
  const over = { expiresAt: { $lte: new Date(clock() - KEPT_MS) } };
  return deleteInPages(async (limit) => {
    const page = await em.find(SpentCeremony, over, { fields: ["id"], limit, disableIdentityMap: true });
    return page.length === 0 ? 0 : em.nativeDelete(SpentCeremony, { id: { $in: page.map(({ id }) => id) } });
  }, signal);
}
