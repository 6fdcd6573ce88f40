import type { SealedBox } from "../../lib/sealed-box.js";
import type { TotpCredential } from "./totp-credential.entity.js";

type Sealed = Pick<TotpCredential, "sealedSecret" | "sealedUnder">;

/** A stolen database or backup makes no codes (ASVS 11.2.1): the key is not in it. */
export function sealTotpSecret(sealedBox: SealedBox, userId: string, secret: string): Sealed {
  return { sealedSecret: sealedBox.seal(secret, labelOf(userId)), sealedUnder: sealedBox.keyId };
}

/** @returns null when neither secret opens it, or it belongs to another account */
export function openTotpSecret(sealedBox: SealedBox, userId: string, sealedSecret: string): string | null {
  return sealedBox.open(sealedSecret, labelOf(userId))?.plaintext ?? null;
}

const labelOf = (userId: string): string => `totp:${userId}`;
