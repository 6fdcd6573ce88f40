import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";

/** @param field the input's own name for the address, which the complaint is filed under */
export function complainOfEmail(field: string, email: string): InvalidField {
  if (email.trim() === "")
    return new InvalidField(field, InvalidFieldCode.REQUIRED, "Enter your email address.");
  return new InvalidField(field, InvalidFieldCode.MALFORMED, "This is not an email address.");
}
