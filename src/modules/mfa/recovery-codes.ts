import { createHash, randomBytes } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import { RecoveryCode } from "./recovery-code.entity.js";

/** Crockford's base32, in which no two characters are mistaken for each other. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const WELL_FORMED = /^[0-9a-hjkmnp-tv-z]{24}$/;

const CODES_PER_ACCOUNT = 10;

/** 120 bits: from 112 bits on a plain hash is enough, as nobody can try them all (NIST SP 800-63B-4 §3.1.2.2, ASVS 6.5.2). */
const CODE_LENGTH = 24;

/** Makes new ones in place of all others. @returns the codes, which are nowhere else from now on */
export async function replaceRecoveryCodes(tx: EntityManager, userId: string): Promise<readonly string[]> {
  await tx.nativeDelete(RecoveryCode, { user: userId });
  const codes = Array.from({ length: CODES_PER_ACCOUNT }, createCode);
  const rows = codes.map((code) => ({ hash: hash(userId, code), user: userId }));
  await tx.insertMany(RecoveryCode, rows);
  return codes.map(inGroups);
}

/** The one step that decides a race: of many at once, one has deleted the row. */
export async function spendRecoveryCode(tx: EntityManager, userId: string, typed: string): Promise<boolean> {
  const code = typed.toLowerCase().replaceAll("o", "0").replace(/[il]/g, "1");
  if (!WELL_FORMED.test(code)) return false;
  return (await tx.nativeDelete(RecoveryCode, { hash: hash(userId, code), user: userId })) > 0;
}

/** 32 characters divide the values of a byte evenly. */
function createCode(): string {
  return Array.from(randomBytes(CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

const inGroups = (code: string): string => (code.match(/.{4}/g) ?? []).join("-");

/** Of the account, too: a row that was moved to another one is good for nothing. */
function hash(userId: string, code: string): string {
  return createHash("sha256").update(`${userId} ${code}`).digest("base64url");
}
