import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { DerivedKey, SecretKeys } from "./secret-keys.js";

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface Opened {
  readonly plaintext: string;
  /** Sealed under AUTH_SECRET_PREVIOUS: seal it again before that secret goes. */
  readonly stale: boolean;
}

/**
 * Encrypts what the database must keep but must not give away, with AES-256-GCM (NIST SP 800-38D) under a key
 * derived from AUTH_SECRET. The label is authenticated with it: a value moved to another row does not open.
 */
export class SealedBox {
  readonly #keys: readonly [DerivedKey, ...DerivedKey[]];

  constructor(secretKeys: SecretKeys) {
    this.#keys = secretKeys.derive("seal");
  }

  /** The id of the key that seals. */
  get keyId(): string {
    return this.#keys[0].kid;
  }

  /** The id of the key that only opens, where there is one. */
  get previousKeyId(): string | undefined {
    return this.#keys[1]?.kid;
  }

  seal(plaintext: string, label: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#keys[0].key, iv).setAAD(Buffer.from(label));
    const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
    return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64url")}`;
  }

  /** Returns null when neither secret opens it, or it was tampered with or moved. */
  open(sealed: string, label: string): Opened | null {
    const [version, encoded] = sealed.split(".");
    if (version !== VERSION || encoded === undefined) return null;
    const bytes = Buffer.from(encoded, "base64url");
    if (bytes.length < IV_BYTES + TAG_BYTES) return null;
    for (const [index, { key }] of this.#keys.entries()) {
      const plaintext = openWith(key, bytes, label);
      if (plaintext !== null) return { plaintext, stale: index > 0 };
    }
    return null;
  }
}

function openWith(key: DerivedKey["key"], bytes: Buffer, label: string): string | null {
  const iv = bytes.subarray(0, IV_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(label))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return null;
  }
}
