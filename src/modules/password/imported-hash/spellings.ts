import { writeBase64 } from "./hash-form.js";

/** How other systems write what has a form of its own here; anything else stays what it is. */
export function spellAsStored(text: string): string {
  return fromPasslib(text) ?? fromDjango(text) ?? fromBetterAuth(text) ?? text;
}

/** `$pbkdf2-sha256$29000$salt$key`, and `$pbkdf2$…` for SHA-1: the iterations have no name. PHC's length is the key's. */
function fromPasslib(text: string): string | null {
  const [, digest, iterations, rest] =
    /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d+)(?:,l=\d+)?(\$[^$]*\$[^$]*)$/.exec(text) ?? [];
  return iterations === undefined ? null : `$pbkdf2-${digest ?? "sha1"}$i=${iterations}${rest}`;
}

/** django/contrib/auth/hashers.py. Its salts are text. What it has of argon2 and bcrypt_sha256 is stored as it is. */
function fromDjango(text: string): string | null {
  if (text.startsWith("bcrypt$$")) return text.slice("bcrypt$".length);
  const [algorithm, ...fields] = text.split("$");
  if (fields.length === 3 && (algorithm === "pbkdf2_sha256" || algorithm === "pbkdf2_sha1")) {
    const [iterations, salt = "", key] = fields;
    return `$${algorithm.replace("_", "-")}$i=${iterations}$${writeText(salt)}$${key}`;
  }
  if (fields.length === 5 && algorithm === "scrypt") {
    const [n, salt = "", r, p, key] = fields;
    const log2N = Math.log2(Number(n));
    return `$scrypt$ln=${log2N},r=${r},p=${p}$${writeText(salt)}$${key}`;
  }
  return null;
}

/** `salt:key`, both hexadecimal; the salt is those digits, not the bytes they stand for. */
function fromBetterAuth(text: string): string | null {
  const [, salt, key] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(text) ?? [];
  if (salt === undefined || key === undefined) return null;
  return `$scrypt$ln=14,r=16,p=1$${writeText(salt)}$${writeBase64(Buffer.from(key, "hex"))}`;
}

const writeText = (salt: string): string => writeBase64(Buffer.from(salt));
