import type { Argon2Cost } from "../argon2-engine.js";
import { type Fault, findExcess, findFaultOfKey, type ImportedHash } from "./hash-form.js";
import { readPhcString, writePhcString } from "./phc-string.js";

const MAX_MEMORY_KIB = 262_144;
/** Memory times iterations, which is what time goes with: about two seconds. */
const MAX_WORK_KIB = 8 * MAX_MEMORY_KIB;
const MAX_PARALLELISM = 16;
const SALT_BYTES = { min: 8, max: 48 } as const;

/** What hashes without one are of (RFC 9106 is 19). */
const FIRST_VERSION = 16;

const PATTERN = /^(?:argon2)?(\$argon2(?:id|i|d)\$.*)$/;

/**
 * Stored as Django writes it, `argon2$argon2id$…`. So one that somebody else has made is not taken for ours, also where
 * it is argon2id: its cost may be higher than today's, and it is made anew at the next login like every other.
 *
 * @param trusted a cost that is computed all the same where it is beyond what is computed for anybody
 */
export function readArgon2(text: string, trusted: Argon2Cost | null = null): ImportedHash | Fault | null {
  const [, phcText] = PATTERN.exec(text) ?? [];
  if (phcText === undefined) return null;
  const phc = readPhcString(phcText);
  const version = phc?.version ?? FIRST_VERSION;
  const cost = phc === null ? null : toCost(phc.parameters);
  if (phc === null || cost === null) return { fault: "not a complete argon2 hash" };
  if (version !== 16 && version !== 19) return { fault: `there is no argon2 version ${version}` };
  const fault = findExcessOfArgon2(cost, trusted) ?? findFaultOfSalt(phc.salt) ?? findFaultOfKey(phc.key);
  if (fault !== null) return { fault };
  const { memoryKib, iterations, parallelism } = cost;
  const form = `argon2$${phc.id}$v=${version}$m=${memoryKib},t=${iterations},p=${parallelism}$`;
  const stored = writePhcString(form, phc);
  return {
    text: stored,
    form,
    matches: (password, argon2) => argon2.verify(stored.slice("argon2".length), password),
  };
}

function findExcessOfArgon2(cost: Argon2Cost, trusted: Argon2Cost | null): string | null {
  if (trusted !== null && isWithin(cost, trusted)) return null;
  const { memoryKib, iterations, parallelism } = cost;
  return findExcess([
    { name: "memory in KiB, m =", value: memoryKib, max: MAX_MEMORY_KIB },
    { name: "memory times iterations, m * t =", value: memoryKib * iterations, max: MAX_WORK_KIB },
    { name: "parallelism, p =", value: parallelism, max: MAX_PARALLELISM },
  ]);
}

function isWithin(cost: Argon2Cost, limit: Argon2Cost): boolean {
  return (
    cost.memoryKib <= limit.memoryKib &&
    cost.iterations <= limit.iterations &&
    cost.parallelism <= limit.parallelism
  );
}

function toCost({ m, t, p, ...others }: Readonly<Record<string, number>>): Argon2Cost | null {
  if (m === undefined || t === undefined || p === undefined) return null;
  // RFC 9106 §3.1; and keys or data that we do not have.
  if (m < 8 * p || Object.keys(others).length > 0) return null;
  return { memoryKib: m, iterations: t, parallelism: p };
}

function findFaultOfSalt({ length }: Uint8Array): string | null {
  const { min, max } = SALT_BYTES;
  return length < min || length > max ? `the salt has ${length} bytes, not ${min} to ${max}` : null;
}
