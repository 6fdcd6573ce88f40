import type { FieldReader } from "../field-reader.js";
import { LineFault } from "../line-fault.js";
import { type ImportRules, PLAIN_LINE, readHash, type UserLine } from "../user-line.js";

/** The table `auth.users`. Its column `role` is one of PostgreSQL's, and says nothing of what a person may do. */
export function readSupabaseLine(fields: FieldReader, { now }: ImportRules): UserLine {
  if (fields.instant("deleted_at") !== null) {
    throw new LineFault("deleted_at", "This account was deleted.");
  }
  const person = fields.object("raw_user_meta_data");
  const bannedUntil = fields.instant("banned_until");
  return {
    ...PLAIN_LINE,
    id: fields.text("id"),
    email: fields.text("email"),
    emailVerified: fields.instant("email_confirmed_at") !== null,
    name: person.text("full_name") ?? person.text("name"),
    picture: person.text("avatar_url") ?? person.text("picture"),
    phoneNumber: withPlus(fields.text("phone")),
    isAdmin: fields.boolean("is_super_admin") ?? false,
    isDisabled: bannedUntil !== null && bannedUntil > now,
    passwordHash: readHash("encrypted_password", fields.text("encrypted_password")),
    createdAt: fields.instant("created_at"),
    lastLoginAt: fields.instant("last_sign_in_at"),
  };
}

/** It keeps the digits of E.164 only. */
function withPlus(phone: string | null): string | null {
  return phone !== null && /^[1-9]/.test(phone) ? `+${phone}` : phone;
}
