import type { Argon2Engine } from "../argon2-engine.js";

/** A hash that another system has made, in the form in which it is stored. */
export interface ImportedHash {
  /** One text that says by itself what it is. */
  readonly text: string;
  /** What decides about the work: its algorithm and cost. */
  readonly form: string;
  /** To be called in a hashing thread: it computes synchronously where it can. */
  matches(password: string, argon2: Argon2Engine): Promise<boolean>;
}

/** Why something is not taken, for the operator. It never repeats the hash. */
export interface Fault {
  readonly fault: string;
}

/** No hash is as long; nothing longer is looked into. */
export const MAX_TEXT_LENGTH = 2048;

/** What a shorter key is matched by is found by trying; a longer one is cut off by no algorithm here. */
const KEY_BYTES = { min: 16, max: 64 } as const;

export function findFaultOfKey(key: Uint8Array): string | null {
  const { min, max } = KEY_BYTES;
  if (key.length < min) return `the hash proper has ${key.length} bytes, less than ${min}`;
  return key.length > max ? `the hash proper has ${key.length} bytes, more than ${max}` : null;
}

/** The first of these costs that is too high, in the operator's words. */
export function findExcess(
  costs: readonly { readonly name: string; value: number; max: number }[],
): string | null {
  const excess = costs.find(({ value, max }) => value > max);
  return excess === undefined ? null : `${excess.name} ${excess.value} is more than ${excess.max}`;
}

/** Every alphabet of base64 that is about: RFC 4648's two, and passlib's with a dot for the plus; padded or not. */
export function readBase64(text: string): Buffer | null {
  const standard = text
    .replaceAll(/[.-]/g, "+")
    .replaceAll("_", "/")
    .replace(/={1,2}$/, "");
  return /^[A-Za-z0-9+/]*$/.test(standard) && standard.length % 4 !== 1
    ? Buffer.from(standard, "base64")
    : null;
}

/** As the PHC string format has it: RFC 4648's alphabet without padding. */
export function writeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
