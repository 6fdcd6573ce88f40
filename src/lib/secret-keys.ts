import { createHash, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/** A symmetric key and the id under which a token names it. */
export interface DerivedKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/**
 * Everything symmetric in Latchkey comes out of AUTH_SECRET by HKDF-SHA-256 (RFC 5869), one key per purpose, so
 * that a value made for one purpose can never serve another.
 *
 * The first key is the current one; a second, from AUTH_SECRET_PREVIOUS, only verifies and opens.
 */
export class SecretKeys {
  readonly #secrets: readonly string[];

  constructor(current: string, previous?: string) {
    this.#secrets = previous === undefined ? [current] : [current, previous];
  }

  /** The 256-bit keys for a purpose, the current one first. */
  derive(purpose: string): readonly [DerivedKey, ...DerivedKey[]] {
    const [current, ...previous] = this.#secrets.map((secret) => deriveKey(secret, purpose));
    if (current === undefined) throw new Error("No secret to derive from");
    return [current, ...previous];
  }
}

function deriveKey(secret: string, purpose: string): DerivedKey {
  const bytes = Buffer.from(hkdfSync("sha256", secret, "", `latchkey:${purpose}`, 32));
  const kid = createHash("sha256").update("kid:").update(bytes).digest("base64url").slice(0, 16);
  return { kid, key: createSecretKey(bytes) };
}
