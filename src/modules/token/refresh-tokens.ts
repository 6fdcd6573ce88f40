import type { SecretKeys } from "../../lib/secret-keys.js";
import { isId } from "../../lib/uuid.js";
import { SymmetricTokens } from "./symmetric-tokens.js";

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
  readonly #tokens: SymmetricTokens;

  constructor(secretKeys: SecretKeys) {
    this.#tokens = new SymmetricTokens(secretKeys, "refresh-token", REFRESH_TOKEN_TYPE);
  }

  issue({ sessionId, generation }: RefreshStatement): string {
    return this.#tokens.sign({ sid: sessionId, gen: generation });
  }

  /** Returns null for whatever we have not signed. */
  verify(token: string): RefreshStatement | null {
    const { sid, gen } = this.#tokens.verify(token) ?? {};
    if (typeof sid !== "string" || !isId(sid) || !Number.isSafeInteger(gen)) return null;
    return { sessionId: sid, generation: gen as number };
  }
}
