import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import { StartError } from "../../lib/start-error.js";
import type { JwtKey } from "./jwt.js";
import { createSigningKey, type OpenedSigningKey, openSigningKeys } from "./signing-keys.js";

/** The public members of a key (RFC 7517 §4), never a private one. */
type PublicJwk = Readonly<Record<string, unknown>>;

/** A JWK Set (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly PublicJwk[];
}

interface VerificationKey extends JwtKey {
  /** Null for a symmetric key, which is nobody else's business. */
  readonly publicJwk: PublicJwk | null;
  /** In milliseconds since the epoch: when the last token that it can have signed has expired. */
  readonly verifiesUntil: number;
}

interface KeyRingParts {
  readonly config: Pick<Config, "jwtAlgorithm" | "accessTokenSeconds">;
  readonly secretKeys: SecretKeys;
  readonly sealedBox: SealedBox;
  readonly clock: Clock;
}

/** The keys of access tokens: one signs, that one and those it replaced verify. */
export class KeyRing {
  readonly #verificationKeys: ReadonlyMap<string, VerificationKey>;

  private constructor(
    readonly signingKey: JwtKey,
    verificationKeys: readonly VerificationKey[],
    private readonly clock: Clock,
  ) {
    this.#verificationKeys = new Map(verificationKeys.map((key) => [key.kid, key]));
  }

  /** Reads the keys from the database, making one where the newest is not of the configured algorithm. */
  static async load(em: EntityManager, parts: KeyRingParts): Promise<KeyRing> {
    const { config, secretKeys, sealedBox, clock } = parts;
    const { jwtAlgorithm: algorithm, accessTokenSeconds } = config;
    let keyPairs = await openSigningKeys(em, sealedBox);
    if (algorithm === "HS256") return KeyRing.#ofDerivedKeys(secretKeys, clock);
    if (keyPairs[0]?.algorithm !== algorithm) {
      const sequence = (keyPairs[0]?.sequence ?? 0) + 1;
      await createSigningKey(em, sealedBox, { algorithm, sequence, now: new Date(clock()) });
      keyPairs = await openSigningKeys(em, sealedBox);
    }
    const [newest] = keyPairs;
    if (newest?.algorithm !== algorithm)
      throw new StartError("Another instance has just made a key of another JWT_ALGORITHM.");
    const verificationKeys = keyPairs.map((key, index) => {
      const successor = keyPairs[index - 1];
      const replacedAt = successor?.createdAt.getTime() ?? Number.POSITIVE_INFINITY;
      return toVerificationKey(key, replacedAt + secondsToMs(accessTokenSeconds));
    });
    return new KeyRing({ kid: newest.kid, algorithm, key: newest.privateKey }, verificationKeys, clock);
  }

  readonly findVerificationKey = (kid: string): JwtKey | undefined => {
    const key = this.#verificationKeys.get(kid);
    return key !== undefined && this.clock() < key.verifiesUntil ? key : undefined;
  };

  /** The public halves, for services that verify access tokens by themselves. Empty with HS256. */
  get jwks(): JwkSet {
    const valid = [...this.#verificationKeys.values()].filter((key) => this.clock() < key.verifiesUntil);
    return { keys: valid.map((key) => key.publicJwk).filter((jwk) => jwk !== null) };
  }

  static #ofDerivedKeys(secretKeys: SecretKeys, clock: Clock): KeyRing {
    const [current, ...previous] = secretKeys.derive("access-token");
    const toKey = ({ kid, key }: typeof current): VerificationKey => ({
      kid,
      algorithm: "HS256",
      key,
      publicJwk: null,
      verifiesUntil: Number.POSITIVE_INFINITY,
    });
    return new KeyRing(toKey(current), [current, ...previous].map(toKey), clock);
  }
}

function toVerificationKey(keyPair: OpenedSigningKey, verifiesUntil: number): VerificationKey {
  const { kid, algorithm, publicKey } = keyPair;
  const publicJwk = { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" };
  return { kid, algorithm, key: publicKey, publicJwk, verifiesUntil };
}
