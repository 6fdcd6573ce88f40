import { pbkdf2Sync, timingSafeEqual } from "node:crypto";
import { type Fault, findExcess, findFaultOfKey, type ImportedHash } from "./hash-form.js";
import { readPhcString, writePhcString } from "./phc-string.js";

/** One or two seconds each. SHA-512 has the bigger blocks. */
const DIGESTS = new Map([
  ["pbkdf2-sha1", { digest: "sha1", bytes: 20, maxIterations: 5_000_000 }],
  ["pbkdf2-sha256", { digest: "sha256", bytes: 32, maxIterations: 5_000_000 }],
  ["pbkdf2-sha512", { digest: "sha512", bytes: 64, maxIterations: 2_000_000 }],
]);

/** `$pbkdf2-sha256$i=600000$salt$key` (RFC 8018 §5.2). */
export function readPbkdf2(text: string): ImportedHash | Fault | null {
  const known = DIGESTS.get(text.split("$")[1] ?? "");
  if (known === undefined || !text.startsWith("$")) return null;
  const phc = readPhcString(text);
  const { i: iterations, ...others } = phc?.parameters ?? {};
  if (phc === null || iterations === undefined || Object.keys(others).length > 0) {
    return { fault: "not a complete PBKDF2 hash" };
  }
  const { digest, bytes, maxIterations } = known;
  // More than the digest's own length would multiply the work without telling more: each block stands by itself.
  const key = phc.key.subarray(0, bytes);
  const excess = findExcess([{ name: "iterations", value: iterations, max: maxIterations }]);
  const fault = excess ?? findFaultOfKey(key);
  if (fault !== null) return { fault };
  const form = `$${phc.id}$i=${iterations}$`;
  return {
    text: writePhcString(form, { salt: phc.salt, key }),
    form,
    matches: async (password) =>
      timingSafeEqual(pbkdf2Sync(password, phc.salt, iterations, key.length, digest), key),
  };
}
