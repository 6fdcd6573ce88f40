import { type EmailAddress, parseEmailAddress } from "../../lib/email-address.js";
import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import { complainOfEmail } from "../email/email.validation.js";
import type { PasswordPolicy } from "../password/password-policy.js";
import { checkName, checkUsername } from "../user/profile.validation.js";
import type { SignupInput } from "./account.inputs.js";

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
    email === null ? complainOfEmail("email", input.email) : null,
    username === null ? null : checkUsername(username),
    name === null ? null : checkName(name),
    await passwordPolicy.check("password", input.password, owner),
    checkConfirmation(input),
  ].filter((fault) => fault !== null);
  if (email === null || faults.length > 0) return faults;
  return { email, username, name, password: input.password };
}

function checkConfirmation({ password, passwordConfirmation }: SignupInput): InvalidField | null {
  if (passwordConfirmation === undefined || passwordConfirmation === null) return null;
  if (passwordConfirmation === password) return null;
  return new InvalidField("passwordConfirmation", InvalidFieldCode.MISMATCH, "The passwords do not match.");
}
