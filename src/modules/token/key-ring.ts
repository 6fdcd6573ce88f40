import type { EntityManager } from "@mikro-orm/sqlite";
import type { Config } from "../../config/config.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import { SealedBox } from "../../lib/sealed-box.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import type { JwtKey } from "./jwt.js";
import { createSigningKey, type OpenedSigningKey, openSigningKeys } from "./signing-keys.js";

/** The public members of a key (RFC 7517 §4), never a private one. */
type PublicJwk = Readonly<Record<string, unknown>>;

/** A JWK Set (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly PublicJwk[];
}

/** The keys of access tokens: one signs, that one and those it replaced verify. */
export class KeyRing {
  #signingKey: JwtKey | undefined;
  #verificationKeys: ReadonlyMap<string, JwtKey> = new Map();
  #jwks: JwkSet = { keys: [] };

  constructor(
    private readonly config: Pick<Config, "jwtAlgorithm" | "accessTokenSeconds">,
    private readonly secretKeys: SecretKeys,
    private readonly clock: Clock,
  ) {}

  /** Reads the keys from the database, making the first one where there is none yet. */
  async load(em: EntityManager): Promise<void> {
    const { jwtAlgorithm: algorithm } = this.config;
    if (algorithm === "HS256") return this.#useDerivedKeys();
    const sealedBox = new SealedBox(this.secretKeys);
    let keys = await openSigningKeys(em, sealedBox);
    if (!keys.some((key) => key.algorithm === algorithm)) {
      await createSigningKey(em, sealedBox, { algorithm, sequence: 1, now: new Date(this.clock()) });
      keys = await openSigningKeys(em, sealedBox);
    }
    this.#useKeyPairs(keys);
  }

  get signingKey(): JwtKey {
    if (this.#signingKey === undefined) throw new Error("The key ring was not loaded");
    return this.#signingKey;
  }

  readonly findVerificationKey = (kid: string): JwtKey | undefined => this.#verificationKeys.get(kid);

  /** The public halves, for services that verify access tokens by themselves. Empty with HS256. */
  get jwks(): JwkSet {
    return this.#jwks;
  }

  #useDerivedKeys(): void {
    const keys = this.secretKeys
      .derive("access-token")
      .map(({ kid, key }): JwtKey => ({ kid, algorithm: "HS256", key }));
    this.#signingKey = keys[0];
    this.#verificationKeys = new Map(keys.map((key) => [key.kid, key]));
  }

  #useKeyPairs(keys: readonly OpenedSigningKey[]): void {
    const newest = keys.find((key) => key.algorithm === this.config.jwtAlgorithm);
    if (newest === undefined) throw new Error("The database gave back no signing key");
    const valid = keys.filter((key) => this.#mayStillVerify(key, keys));
    this.#signingKey = { kid: newest.kid, algorithm: newest.algorithm, key: newest.privateKey };
    this.#verificationKeys = new Map(
      valid.map(({ kid, algorithm, publicKey }) => [kid, { kid, algorithm, key: publicKey }]),
    );
    this.#jwks = { keys: valid.map(publicJwk) };
  }

  /** A replaced key verifies until the last token that it can have signed has expired. */
  #mayStillVerify(key: OpenedSigningKey, keys: readonly OpenedSigningKey[]): boolean {
    const successor = keys.find(
      ({ algorithm, sequence }) => algorithm === key.algorithm && sequence === key.sequence + 1,
    );
    if (successor === undefined) return true;
    return this.clock() < successor.createdAt.getTime() + secondsToMs(this.config.accessTokenSeconds);
  }
}

function publicJwk({ kid, algorithm, publicKey }: OpenedSigningKey): PublicJwk {
  return { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" };
}
