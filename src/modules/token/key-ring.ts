import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import type { Clock } from "../../lib/clock.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import type { JwtKey } from "./jwt.js";
import { KeySchedule } from "./key-schedule.js";
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
  readonly forkEntityManager: () => EntityManager;
}

interface Keys {
  /** Which key signs at a time, in milliseconds since the epoch. */
  readonly signingAt: (now: number) => JwtKey;
  readonly verification: ReadonlyMap<string, VerificationKey>;
}

/** Tokens of a key that is not known make us look for it in the database, but no oftener: anybody can make some up. */
const LOOK_FOR_KEYS_AT_MOST_EVERY_MS = 5000;

/** The keys of access tokens: one signs, that one and those it replaced verify. */
export class KeyRing {
  #keys: Keys;
  #reloading: Promise<void> | undefined;
  #reloadedAt = Number.NEGATIVE_INFINITY;

  private constructor(
    keys: Keys,
    private readonly parts: KeyRingParts,
  ) {
    this.#keys = keys;
  }

  /** Reads the keys from the database, making one where the newest is not of the configured algorithm. */
  static async load(parts: KeyRingParts): Promise<KeyRing> {
    const { config, secretKeys, sealedBox, clock, forkEntityManager } = parts;
    const keyPairs = await openSigningKeys(forkEntityManager(), sealedBox);
    if (config.jwtAlgorithm === "HS256") return new KeyRing(toDerivedKeys(secretKeys), parts);
    if (keyPairs[0]?.algorithm !== config.jwtAlgorithm) {
      const sequence = (keyPairs[0]?.sequence ?? 0) + 1;
      const key = { algorithm: config.jwtAlgorithm, sequence, now: new Date(clock()) };
      await createSigningKey(forkEntityManager(), sealedBox, key);
    }
    return new KeyRing(await readKeys(parts), parts);
  }

  /**
   * The newest key whose time has come, also when another instance has made it: all instances sign with the same, and
   * go over to the next one by the clock.
   */
  get signingKey(): JwtKey {
    return this.#keys.signingAt(this.parts.clock());
  }

  readonly findVerificationKey = (kid: string): JwtKey | undefined => {
    const key = this.#keys.verification.get(kid);
    return key !== undefined && this.parts.clock() < key.verifiesUntil ? key : undefined;
  };

  /** False once a key was deleted. One that has only had its time is held on. */
  holds(kid: string): boolean {
    return this.#keys.verification.has(kid);
  }

  /** The public halves, for services that verify access tokens by themselves. Empty with HS256. */
  get jwks(): JwkSet {
    const valid = [...this.#keys.verification.values()].filter(
      (key) => this.parts.clock() < key.verifiesUntil,
    );
    return { keys: valid.map((key) => key.publicJwk).filter((jwk) => jwk !== null) };
  }

  /** Learns of the keys that other instances have made. Those at hand stay when the database does not answer. */
  async reload(): Promise<void> {
    if (this.parts.config.jwtAlgorithm === "HS256") return;
    this.#reloading ??= readKeys(this.parts)
      .then((keys) => {
        this.#keys = keys;
      })
      .finally(() => {
        this.#reloading = undefined;
        this.#reloadedAt = this.parts.clock();
      });
    await this.#reloading;
  }

  /**
   * For a token whose key is not known: another instance may have made it this very minute. When that cannot be
   * found out, the token stays one of an unknown key; its client refreshes, which needs no key of the ring.
   */
  async lookForNewKeys(): Promise<void> {
    const isDue = this.parts.clock() >= this.#reloadedAt + LOOK_FOR_KEYS_AT_MOST_EVERY_MS;
    if (isDue || this.#reloading !== undefined) await this.reload().catch(() => {});
  }
}

async function readKeys({ config, sealedBox, forkEntityManager }: KeyRingParts): Promise<Keys> {
  const keyPairs = await openSigningKeys(forkEntityManager(), sealedBox);
  if (keyPairs.length === 0) throw new Error("The table signing_keys was emptied: restart to make a key");
  const schedule = new KeySchedule(keyPairs, config);
  const verification = keyPairs.map((key) => toVerificationKey(key, schedule.verifiesUntil(key)));
  return {
    signingAt(now) {
      const { kid, algorithm, privateKey } = schedule.signingAt(now);
      return { kid, algorithm, key: privateKey };
    },
    verification: new Map(verification.map((key) => [key.kid, key])),
  };
}

function toDerivedKeys(secretKeys: SecretKeys): Keys {
  const keys = secretKeys.derive("access-token").map(({ kid, key }): VerificationKey => {
    return { kid, algorithm: "HS256", key, publicJwk: null, verifiesUntil: Number.POSITIVE_INFINITY };
  });
  return { signingAt: () => keys[0] as JwtKey, verification: new Map(keys.map((key) => [key.kid, key])) };
}

function toVerificationKey(keyPair: OpenedSigningKey, verifiesUntil: number): VerificationKey {
  const { kid, algorithm, publicKey } = keyPair;
  const publicJwk = { ...publicKey.export({ format: "jwk" }), kid, alg: algorithm, use: "sig" };
  return { kid, algorithm, key: publicKey, publicJwk, verifiesUntil };
}
