import type { EntityManager } from "@mikro-orm/core";
import { type Clock, secondsToMs, toNumericDate } from "../../lib/clock.js";
import { deleteInPages } from "../../lib/delete-in-pages.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import { isId } from "../../lib/uuid.js";
import { InvalidTokenReason } from "../auth-error/invalid-token.types.js";
import { SymmetricTokens } from "../token/symmetric-tokens.js";
import { type NewOneTimeToken, OneTimeToken, TokenPurpose } from "./one-time-token.entity.js";

const ONE_TIME_TOKEN_TYPE = "ott+jwt";

/** How long a link works, counted from when it was asked for (ASVS 6.5.5: what resets a password at most an hour). */
export const LINK_SECONDS: Readonly<Record<TokenPurpose, number>> = {
  RESET_PASSWORD: 3600,
  CHANGE_EMAIL: 3600,
  VERIFY_EMAIL: 86_400,
  CONFIRM_SIGNUP: 86_400,
};

/** @param askedAt in milliseconds since the epoch */
export function linkExpiresAt(purpose: TokenPurpose, askedAt: number): Date {
  return new Date(askedAt + secondsToMs(LINK_SECONDS[purpose]));
}

/** For so long after its end a token is still told that it has been used. */
const KEPT_MS = 86_400_000;

const CRITICAL = [TokenPurpose.RESET_PASSWORD, TokenPurpose.CHANGE_EMAIL];

/** What the links in mails are made of: good for one purpose, one use, and a time (ASVS 6.5.1, 6.5.5, 6.6.3). */
export class OneTimeTokens {
  readonly #tokens: SymmetricTokens;

  constructor(
    secretKeys: SecretKeys,
    private readonly clock: Clock,
  ) {
    this.#tokens = new SymmetricTokens(secretKeys, "one-time-token", ONE_TIME_TOKEN_TYPE);
  }

  /**
   * Makes the row, or finds the one that is there: an earlier try at the same mail has made it, or another mail with
   * the same link that is written this very moment.
   */
  async issueOnce(em: EntityManager, token: NewOneTimeToken): Promise<OneTimeToken> {
    await em.upsert(OneTimeToken, new OneTimeToken(token), {
      onConflictFields: ["id"],
      onConflictAction: "ignore",
    });
    return em.findOneOrFail(OneTimeToken, { id: token.id }, { refresh: true });
  }

  /** The token of a row: the same for every try at sending it. */
  sign({ id, purpose, expiresAt }: OneTimeToken): string {
    return this.#tokens.sign({ jti: id, purpose, exp: toNumericDate(expiresAt.getTime()) });
  }

  /**
   * Looks, and spends nothing.
   *
   * @returns the row of a token that can be spent, or why there is none
   */
  async find(
    em: EntityManager,
    token: string,
    purposes: readonly TokenPurpose[],
  ): Promise<OneTimeToken | InvalidTokenReason> {
    const { jti, purpose, exp } = this.#tokens.verify(token) ?? {};
    if (typeof jti !== "string" || !isId(jti) || !purposes.includes(purpose as TokenPurpose)) {
      return InvalidTokenReason.MALFORMED;
    }
    const row = await em.findOne(
      OneTimeToken,
      { id: jti, purpose: purpose as TokenPurpose },
      { populate: ["user"], refresh: true },
    );
    if (row !== null && row.usedAt !== null) return InvalidTokenReason.USED;
    // By its own time: the row may be gone by then.
    if (Number(exp) <= toNumericDate(this.clock())) return InvalidTokenReason.EXPIRED;
    return row ?? InvalidTokenReason.REVOKED;
  }

  /**
   * The one step that decides a race: of many at once, one is told that it has spent the token. What it is spent on
   * belongs into the same transaction.
   */
  async spend(tx: EntityManager, { id }: OneTimeToken): Promise<boolean> {
    const now = new Date(this.clock());
    return (
      (await tx.nativeUpdate(OneTimeToken, { id, usedAt: null, expiresAt: { $gt: now } }, { usedAt: now })) >
      0
    );
  }

  /** Ends the links that could still give the account another password or address. */
  async revokeCritical(tx: EntityManager, userId: string): Promise<void> {
    await tx.nativeDelete(OneTimeToken, { user: userId, usedAt: null, purpose: { $in: CRITICAL } });
  }
}

/** Drops those that nobody can spend any more. @returns how many */
export function pruneOneTimeTokens(
  em: EntityManager,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<number> {
  const ended = { expiresAt: { $lte: new Date(clock() - KEPT_MS) } };
  return deleteInPages(async (limit) => {
    const page = await em.find(OneTimeToken, ended, { fields: ["id"], limit, disableIdentityMap: true });
    return page.length === 0 ? 0 : em.nativeDelete(OneTimeToken, { id: { $in: page.map(({ id }) => id) } });
  }, signal);
}
