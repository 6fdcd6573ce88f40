import type { Config } from "../../config/config.js";
import { countCodePoints } from "../../lib/text.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import { normalizePassword } from "./password-hasher.js";

/** What of its owner a password must not contain. */
export interface PasswordOwner {
  readonly emailLocalPart: string | null;
  readonly username: string | null;
}

const PRODUCT_NAME = "latchkey";
/** Shorter names occur in too many good passwords. */
const MIN_IDENTITY_LENGTH = 3;

/**
 * What a password has to be (ASVS 6.2, NIST SP 800-63B-4): long enough, not a well-known one, not the owner's name.
 * No rule asks for digits or signs.
 */
export class PasswordPolicy {
  #commonPasswords: Promise<ReadonlySet<string>> | undefined;

  constructor(private readonly limits: Config["password"]) {}

  /** @param field the input's own name for the password, which the complaint is filed under */
  async check(field: string, password: string, owner: PasswordOwner): Promise<InvalidField | null> {
    const { minLength, maxLength } = this.limits;
    const tooLong = new InvalidField(
      field,
      InvalidFieldCode.TOO_LONG,
      `Use at most ${maxLength} characters.`,
    );
    // Before anything that costs: NFKC never makes a character out of more than a few UTF-16 units.
    if (password.length > maxLength * 8) return tooLong;
    if (password === "") return new InvalidField(field, InvalidFieldCode.REQUIRED, "Enter a password.");
    if (!password.isWellFormed()) {
      return new InvalidField(field, InvalidFieldCode.MALFORMED, "The password contains invalid characters.");
    }
    const normalized = normalizePassword(password);
    const length = countCodePoints(normalized);
    if (length > maxLength) return tooLong;
    if (length < minLength) {
      return new InvalidField(field, InvalidFieldCode.TOO_SHORT, `Use at least ${minLength} characters.`);
    }
    const lowerCase = normalized.toLowerCase();
    if ((await this.#loadCommonPasswords()).has(lowerCase)) {
      return new InvalidField(
        field,
        InvalidFieldCode.COMMON_PASSWORD,
        "Many people use this password. Choose another.",
      );
    }
    if (containsIdentity(lowerCase, owner)) {
      const message =
        "The password must not contain your address, your username or the name of this product.";
      return new InvalidField(field, InvalidFieldCode.CONTAINS_IDENTITY, message);
    }
    return null;
  }

  #loadCommonPasswords(): Promise<ReadonlySet<string>> {
    this.#commonPasswords ??= import("@zxcvbn-ts/language-common").then(
      ({ dictionary }) => new Set(dictionary["passwords-common"].map((password) => password.toLowerCase())),
    );
    return this.#commonPasswords;
  }
}

function containsIdentity(lowerCasePassword: string, { emailLocalPart, username }: PasswordOwner): boolean {
  return [emailLocalPart, username, PRODUCT_NAME].some((name) => {
    const identity = name?.normalize("NFKC").toLowerCase() ?? "";
    return identity.length >= MIN_IDENTITY_LENGTH && lowerCasePassword.includes(identity);
  });
}
