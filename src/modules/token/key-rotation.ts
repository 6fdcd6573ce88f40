import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import { StartError } from "../../lib/start-error.js";
import { KeySchedule } from "./key-schedule.js";
import { SigningKey } from "./signing-key.entity.js";
import { insertSigningKey, type OpenedSigningKey, readSigningKeys } from "./signing-keys.js";

/**
 * How long a new key is only published: the max-age of the JWKS (300 s), until the last instance has read the key
 * (90 s), and room for clocks and for a fetch that fails. After that no cached JWKS lacks it.
 */
export const PUBLISH_AHEAD_SECONDS = 600;

/** "leaked": at once, and every other key is deleted. */
export type RotationMode = "ahead" | "now" | "leaked";

/** A key that is left or new, and its times in milliseconds since the epoch. */
export interface RotatedKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly signsFrom: number;
  /** Infinity for the newest. */
  readonly signsUntil: number;
  readonly publishedUntil: number;
}

export interface Rotation {
  readonly madeAt: number;
  readonly made: RotatedKey;
  /** Those that are published still, the newest first. */
  readonly replaced: readonly RotatedKey[];
  readonly deletedKids: readonly string[];
}

interface RotationParts {
  readonly config: Pick<Config, "jwtAlgorithm" | "accessTokenSeconds">;
  readonly sealedBox: SealedBox;
  readonly clock: Clock;
}

/**
 * Makes the next signing key, within a transaction.
 *
 * @throws StartError where there is no key to rotate, the secret does not open those there are, or the servers use
 *   another secret or algorithm than the one configured here
 * @throws UniqueConstraintViolationException where another one made a key at the same moment
 */
export async function rotateSigningKey(
  tx: EntityManager,
  { config, sealedBox, clock }: RotationParts,
  mode: RotationMode,
): Promise<Rotation> {
  // Opened before anything is sealed: a key under another secret than the servers' would keep them from starting.
  const before = await readSigningKeys(tx, sealedBox);
  const { algorithm, sequence } = requireRotatable(before, config);
  // Not before: what came until here may have taken its time, and that would be missing from the ten minutes.
  const now = clock();
  const signsFrom = new Date(mode === "ahead" ? now + secondsToMs(PUBLISH_AHEAD_SECONDS) : now);
  const next = { algorithm, sequence: sequence + 1, now: new Date(now), signsFrom };
  const kid = await insertSigningKey(tx, sealedBox, next);
  if (mode === "leaked") await tx.nativeDelete(SigningKey, { kid: { $ne: kid } });

  const kept = mode === "leaked" ? [] : before;
  const keys = [{ kid, ...next }, ...kept];
  const schedule = new KeySchedule(keys, config);
  const [made, ...others] = keys.map((key) => ({
    kid: key.kid,
    algorithm: key.algorithm,
    signsFrom: key.signsFrom.getTime(),
    signsUntil: schedule.signsUntil(key),
    publishedUntil: schedule.verifiesUntil(key),
  }));
  return {
    madeAt: now,
    made: made as RotatedKey,
    replaced: others.filter(({ publishedUntil }) => publishedUntil > now),
    deletedKids: mode === "leaked" ? before.map((key) => key.kid) : [],
  };
}

function requireRotatable(
  [newest]: readonly OpenedSigningKey[],
  { jwtAlgorithm }: Pick<Config, "jwtAlgorithm">,
): OpenedSigningKey {
  if (newest === undefined) {
    throw new StartError("There is no signing key to rotate yet: the server makes one at its first start.");
  }
  if (newest.algorithm !== jwtAlgorithm) {
    throw new StartError(
      `JWT_ALGORITHM is ${jwtAlgorithm} here, and the newest signing key is one for ${newest.algorithm}. Run this with the ` +
        "environment of the server; to change the algorithm, change JWT_ALGORITHM and restart the server.",
    );
  }
  if (newest.isStale) {
    throw new StartError(
      "The signing keys are encrypted with what is AUTH_SECRET_PREVIOUS here. Restart the servers with this environment " +
        "first: those without the new AUTH_SECRET could not open the new key.",
    );
  }
  return newest;
}
