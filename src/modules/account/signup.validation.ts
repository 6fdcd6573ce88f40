import { type EmailAddress, parseEmailAddress } from "../../lib/email-address.js";
import { countCodePoints, isStorableText } from "../../lib/text.js";
import { isUsernameWellFormed, USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH } from "../../lib/username.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import type { PasswordPolicy } from "../password/password-policy.js";
import type { SignupInput } from "./account.inputs.js";

const NAME_MAX_LENGTH = 200;

/** A signup in which every field is in order. */
export interface ValidSignup {
  readonly email: EmailAddress;
  readonly username: string | null;
  readonly name: string | null;
  readonly password: string;
}

/** Checks the whole form, so that a person learns everything that is wrong with it at once. */
export async function validateSignup(
  input: SignupInput,
  passwordPolicy: PasswordPolicy,
): Promise<ValidSignup | readonly InvalidField[]> {
  const email = parseEmailAddress(input.email);
  const username = input.username ?? null;
  const name = input.name ?? null;
  const owner = { emailLocalPart: email?.localPart ?? null, username };
  const faults = [
    email === null ? complainOfEmail(input.email) : null,
    username === null ? null : checkUsername(username),
    name === null ? null : checkName(name),
    await passwordPolicy.check("password", input.password, owner),
    checkConfirmation(input),
  ].filter((fault) => fault !== null);
  if (email === null || faults.length > 0) return faults;
  return { email, username, name, password: input.password };
}

function complainOfEmail(email: string): InvalidField {
  if (email.trim() === "")
    return new InvalidField("email", InvalidFieldCode.REQUIRED, "Enter your email address.");
  return new InvalidField("email", InvalidFieldCode.MALFORMED, "This is not an email address.");
}

function checkUsername(username: string): InvalidField | null {
  const complain = (code: InvalidFieldCode, message: string) => new InvalidField("username", code, message);
  if (username === "") return complain(InvalidFieldCode.REQUIRED, "Enter a username, or leave it out.");
  if (username.length < USERNAME_MIN_LENGTH) {
    return complain(InvalidFieldCode.TOO_SHORT, `Use at least ${USERNAME_MIN_LENGTH} characters.`);
  }
  if (username.length > USERNAME_MAX_LENGTH) {
    return complain(InvalidFieldCode.TOO_LONG, `Use at most ${USERNAME_MAX_LENGTH} characters.`);
  }
  if (!isUsernameWellFormed(username)) {
    return complain(
      InvalidFieldCode.MALFORMED,
      "Use letters, digits, and dots, hyphens or underscores between them.",
    );
  }
  return null;
}

function checkName(name: string): InvalidField | null {
  const complain = (code: InvalidFieldCode, message: string) => new InvalidField("name", code, message);
  if (countCodePoints(name) > NAME_MAX_LENGTH) {
    return complain(InvalidFieldCode.TOO_LONG, `Use at most ${NAME_MAX_LENGTH} characters.`);
  }
  if (!isStorableText(name)) {
    return complain(InvalidFieldCode.MALFORMED, "The name contains control or invalid characters.");
  }
  return null;
}

function checkConfirmation({ password, passwordConfirmation }: SignupInput): InvalidField | null {
  if (passwordConfirmation === undefined || passwordConfirmation === null) return null;
  if (passwordConfirmation === password) return null;
  return new InvalidField("passwordConfirmation", InvalidFieldCode.MISMATCH, "The passwords do not match.");
}
