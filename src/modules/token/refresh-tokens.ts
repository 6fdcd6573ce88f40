import type { SecretKeys } from "../../lib/secret-keys.js";
import { isId } from "../../lib/uuid.js";
import { type JwtKey, signJwt, verifyJwt } from "./jwt.js";

const REFRESH_TOKEN_TYPE = "rt+jwt";

/** What a refresh token states: "this is session S in its N-th generation". */
export interface RefreshStatement {
  readonly sessionId: string;
  readonly generation: number;
}

/**
 * Signs and verifies refresh tokens. A token is a pure function of the session's row: it carries no time and no
 * randomness of its own, so a retried refresh gets the same successor, and nothing that logs in is ever stored.
 * What makes it unguessable is the 256-bit signature; when it ends, the row says.
 */
export class RefreshTokens {
  readonly #signingKey: JwtKey;
  readonly #keys: ReadonlyMap<string, JwtKey>;

  constructor(secretKeys: SecretKeys) {
    const keys = secretKeys
      .derive("refresh-token")
      .map(({ kid, key }): JwtKey => ({ kid, algorithm: "HS256", key }));
    this.#signingKey = keys[0] as JwtKey;
    this.#keys = new Map(keys.map((key) => [key.kid, key]));
  }

  issue({ sessionId, generation }: RefreshStatement): string {
    return signJwt({ sid: sessionId, gen: generation }, this.#signingKey, REFRESH_TOKEN_TYPE);
  }

  /** Returns null for whatever we have not signed. */
  verify(token: string): RefreshStatement | null {
    const claims = verifyJwt(token, (kid) => this.#keys.get(kid), REFRESH_TOKEN_TYPE);
    if (claims === null) return null;
    const { sid, gen } = claims;
    if (typeof sid !== "string" || !isId(sid) || !Number.isSafeInteger(gen)) return null;
    return { sessionId: sid, generation: gen as number };
  }
}
