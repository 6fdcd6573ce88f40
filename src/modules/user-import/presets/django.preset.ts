import type { FieldReader } from "../field-reader.js";
import { PLAIN_LINE, readHash, type UserLine } from "../user-line.js";

/** The table `auth_user`, and what `manage.py dumpdata auth.user` writes. Its ids are numbers, which nobody keeps. */
export function readDjangoLine(record: FieldReader): UserLine {
  const fields = "fields" in record.fields ? record.object("fields") : record;
  const [email, username] = [fields.text("email"), fields.text("username")];
  return {
    ...PLAIN_LINE,
    email,
    // Where people log in with their address, many sites have it in both columns.
    username: username?.toLowerCase() === email?.toLowerCase() ? null : username,
    name: [fields.text("first_name"), fields.text("last_name")].filter(Boolean).join(" ") || null,
    // Staff may enter Django's own administration, and see there what they were given rights for: no administrators.
    isAdmin: fields.boolean("is_superuser") ?? false,
    isDisabled: fields.boolean("is_active") === false,
    passwordHash: readDjangoHash(fields.text("password")),
    createdAt: fields.instant("date_joined"),
    lastLoginAt: fields.instant("last_login"),
  };
}

/** "!" and a random text stand for no password at all. */
function readDjangoHash(password: string | null): string | null {
  return password?.startsWith("!") ? null : readHash("password", password);
}
