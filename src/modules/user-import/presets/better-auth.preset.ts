import type { FieldReader } from "../field-reader.js";
import { type ImportRules, PLAIN_LINE, readHash, type UserLine } from "../user-line.js";

/** The table `user` with the column `password` of its `account` where `providerId` is `credential`. */
export function readBetterAuthLine(fields: FieldReader, { now }: ImportRules): UserLine {
  const banExpires = fields.instant("banExpires", "milliseconds");
  return {
    ...PLAIN_LINE,
    id: fields.text("id"),
    email: fields.text("email"),
    emailVerified: fields.boolean("emailVerified") ?? false,
    username: readUsername(fields),
    name: fields.text("name"),
    picture: fields.text("image"),
    phoneNumber: fields.text("phoneNumber"),
    isAdmin: fields.text("role")?.split(",").includes("admin") ?? false,
    isDisabled: fields.boolean("banned") === true && (banExpires === null || banExpires > now),
    passwordHash: readHash("password", fields.text("password")),
    createdAt: fields.instant("createdAt", "milliseconds"),
  };
}

/** What people log in with is in lower case; as they wrote it is in another column, which may be something else by now. */
function readUsername(fields: FieldReader): string | null {
  const [username, shown] = [fields.text("username"), fields.text("displayUsername")];
  return shown?.toLowerCase() === username?.toLowerCase() ? shown : username;
}
