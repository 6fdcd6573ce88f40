import { scryptSync, timingSafeEqual } from "node:crypto";
import { type Fault, findExcess, findFaultOfKey, type ImportedHash } from "./hash-form.js";
import { type PhcString, readPhcString, writePhcString } from "./phc-string.js";

/** RFC 7914 §2. */
export interface ScryptCost {
  readonly log2N: number;
  readonly blockSize: number;
  readonly parallelism: number;
}

const MIB = 1024 * 1024;
const MAX_MEMORY_MIB = 256;
/** Memory times parallelism, which is what time goes with: about two seconds. */
const MAX_WORK_MIB = 1024;
const MAX_LOG2_N = 20;

/** `$scrypt$ln=17,r=8,p=1$salt$key`, `ln` being the logarithm of N. */
export function readScrypt(text: string): ImportedHash | Fault | null {
  if (!text.startsWith("$scrypt$")) return null;
  const phc = readPhcString(text);
  const cost = phc === null ? null : toScryptCost(phc.parameters);
  if (phc === null || cost === null) return { fault: "not a complete scrypt hash" };
  const fault = findExcessOfScrypt(cost) ?? findFaultOfKey(phc.key);
  if (fault !== null) return { fault };
  const form = `$scrypt$${writeScryptCost(cost)}$`;
  return {
    text: writePhcString(form, phc),
    form,
    matches: async (password) =>
      timingSafeEqual(deriveScryptKey(password, cost, { salt: phc.salt, bytes: phc.key.length }), phc.key),
  };
}

export function toScryptCost({ ln, r, p, ...others }: PhcString["parameters"]): ScryptCost | null {
  if (ln === undefined || r === undefined || p === undefined || Object.keys(others).length > 0) return null;
  return { log2N: ln, blockSize: r, parallelism: p };
}

export function writeScryptCost({ log2N, blockSize, parallelism }: ScryptCost): string {
  return `ln=${log2N},r=${blockSize},p=${parallelism}`;
}

export function findExcessOfScrypt(cost: ScryptCost): string | null {
  const memoryMib = Math.floor(memoryBytes(cost) / MIB);
  return findExcess([
    { name: "the logarithm of N,", value: cost.log2N, max: MAX_LOG2_N },
    { name: "memory in MiB, 128 * r * (N + p) =", value: memoryMib, max: MAX_MEMORY_MIB },
    { name: "memory times p, in MiB,", value: memoryMib * cost.parallelism, max: MAX_WORK_MIB },
  ]);
}

export function deriveScryptKey(
  password: string,
  cost: ScryptCost,
  { salt, bytes }: { readonly salt: Uint8Array; readonly bytes: number },
): Buffer {
  const { log2N, blockSize, parallelism } = cost;
  // What OpenSSL takes besides is less than that; the cap is ours.
  const maxmem = memoryBytes(cost) + 128 * blockSize * 8 + MIB;
  return scryptSync(password, salt, bytes, { N: 2 ** log2N, r: blockSize, p: parallelism, maxmem });
}

/** The big array, and one block for each lane: where N is small, they are what takes the memory. */
const memoryBytes = ({ log2N, blockSize, parallelism }: ScryptCost): number =>
  128 * blockSize * (2 ** log2N + parallelism);
