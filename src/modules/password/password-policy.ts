import type { Config } from "../../config/config.js";
import { countCodePoints } from "../../lib/text.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import { normalizePassword } from "./password-hasher.js";

/** What of its owner a password must not contain. */
export interface PasswordOwner {
  readonly emailLocalPart: string | null;
  readonly username: string | null;
}

type Fault = Pick<InvalidField, "code" | "message">;

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
    const fault =
      this.#findFaultOfForm(password) ?? (await this.#findFaultOfContent(normalizePassword(password), owner));
    return fault === null ? null : new InvalidField(field, fault.code, fault.message);
  }

  /** What shows without normalising, before anything that costs. */
  #findFaultOfForm(password: string): Fault | null {
    // NFKC never makes a character out of more than a few UTF-16 units.
    if (password.length > this.limits.maxLength * 8) return this.#tooLong();
    if (password === "") return { code: InvalidFieldCode.REQUIRED, message: "Enter a password." };
    if (password.isWellFormed()) return null;
    return { code: InvalidFieldCode.MALFORMED, message: "The password contains invalid characters." };
  }

  async #findFaultOfContent(normalized: string, owner: PasswordOwner): Promise<Fault | null> {
    const { minLength, maxLength } = this.limits;
    const length = countCodePoints(normalized);
    if (length > maxLength) return this.#tooLong();
    if (length < minLength) {
      return { code: InvalidFieldCode.TOO_SHORT, message: `Use at least ${minLength} characters.` };
    }
    const lowerCase = normalized.toLowerCase();
    if ((await this.#loadCommonPasswords()).has(lowerCase)) {
      const message = "Many people use this password. Choose another.";
      return { code: InvalidFieldCode.COMMON_PASSWORD, message };
    }
    if (containsIdentity(lowerCase, owner)) {
      const message =
        "The password must not contain your address, your username or the name of this product.";
      return { code: InvalidFieldCode.CONTAINS_IDENTITY, message };
    }
    return null;
  }

  #tooLong(): Fault {
    return { code: InvalidFieldCode.TOO_LONG, message: `Use at most ${this.limits.maxLength} characters.` };
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
