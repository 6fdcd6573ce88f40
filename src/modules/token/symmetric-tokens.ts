import type { SecretKeys } from "../../lib/secret-keys.js";
import { type JwtClaims, type JwtKey, signJwt, verifyJwt } from "./jwt.js";

/** Tokens that only we read: signed with HS256 under a key of their purpose, which comes out of AUTH_SECRET. */
export class SymmetricTokens {
  readonly #signingKey: JwtKey;
  readonly #keys: ReadonlyMap<string, JwtKey>;

  constructor(
    secretKeys: SecretKeys,
    purpose: string,
    private readonly typ: string,
  ) {
    const keys = secretKeys.derive(purpose).map(({ kid, key }): JwtKey => ({ kid, algorithm: "HS256", key }));
    this.#signingKey = keys[0] as JwtKey;
    this.#keys = new Map(keys.map((key) => [key.kid, key]));
  }

  sign(claims: object): string {
    return signJwt(claims, this.#signingKey, this.typ);
  }

  /** Returns null for whatever we have not signed for this purpose. */
  verify(token: string): JwtClaims | null {
    return verifyJwt(token, (kid) => this.#keys.get(kid), this.typ);
  }
}
