import { readArgon2 } from "./argon2.js";
import { readBcrypt } from "./bcrypt.js";
import { readFirebase } from "./firebase.js";
import { type Fault, type ImportedHash, MAX_TEXT_LENGTH } from "./hash-form.js";
import { readPbkdf2 } from "./pbkdf2.js";
import { readScrypt } from "./scrypt.js";
import { spellAsStored } from "./spellings.js";

/** Each says null to what is not of its kind. */
const KINDS = [readBcrypt, readArgon2, readPbkdf2, readScrypt, readFirebase];

const UNKNOWN: Fault = {
  fault:
    "not a hash that is known here: bcrypt, argon2, PBKDF2 or scrypt, as PHC strings, Django or better-auth write it",
};

/**
 * What an export of another system has as somebody's password hash, as it is to be stored. What would be too much to
 * compute is refused like what cannot be read.
 */
export function readPasswordHash(text: string): { readonly hash: string } | Fault {
  const read = readImportedHash(text.trim());
  return "fault" in read ? read : { hash: read.text };
}

export function readImportedHash(text: string): ImportedHash | Fault {
  if (text === "") return { fault: "there is no hash" };
  if (text.startsWith("!")) return { fault: "marked as no usable password" };
  if (text.length > MAX_TEXT_LENGTH) return UNKNOWN;
  const stored = spellAsStored(text);
  for (const read of KINDS) {
    const result = read(stored);
    if (result !== null) return result;
  }
  return UNKNOWN;
}
