import { createHash, timingSafeEqual } from "node:crypto";
import { type Fault, findExcess, type ImportedHash } from "./hash-form.js";

/** About two seconds in plain JavaScript; each step more doubles it. */
const MAX_COST = 15;
const MIN_COST = 4;

/** `bcrypt_sha256$` is Django's: bcrypt of the SHA-256 in hexadecimal digits, so that nothing is cut off. */
const PATTERN = /^(bcrypt_sha256\$)?\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/;

/** `$2a$`, `$2b$` and `$2y$` name the same algorithm and the bugs that somebody's implementation no longer had. */
export function readBcrypt(text: string): ImportedHash | Fault | null {
  if (!/^(?:bcrypt_sha256\$)?\$2[aby]\$/.test(text)) return null;
  const [, prehash = "", costText, salt, key] = PATTERN.exec(text) ?? [];
  if (salt === undefined || key === undefined) return { fault: "not a complete bcrypt hash" };
  const cost = Number(costText);
  if (cost < MIN_COST) return { fault: `cost ${cost} is less than ${MIN_COST}` };
  const excess = findExcess([{ name: "cost", value: cost, max: MAX_COST }]);
  if (excess !== null) return { fault: excess };
  const setting = `$2b$${costText}$`;
  const form = `${prehash}${setting}`;
  return {
    text: `${form}${salt}${key}`,
    form,
    matches: (password) =>
      verifyBcrypt(prehash === "" ? password : sha256Hex(password), `${setting}${salt}`, key),
  };
}

async function verifyBcrypt(password: string, setting: string, key: string): Promise<boolean> {
  const { hashSync } = await import("bcryptjs");
  // Only the key: libraries differ in what they make of the salt's last bits, which mean nothing.
  const computed = hashSync(password, setting).slice(-key.length);
  const isSame = timingSafeEqual(Buffer.from(computed), Buffer.from(key));
  // bcrypt repeats a password and the NUL behind it: "a" and "a\0a" have one hash.
  return isSame && !password.includes("\0");
}

const sha256Hex = (text: string): string => createHash("sha256").update(text).digest("hex");
