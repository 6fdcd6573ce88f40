import { FieldReader } from "../field-reader.js";
import { LineFault } from "../line-fault.js";
import { PLAIN_LINE, readHash, type UserLine } from "../user-line.js";

/** A job that exports users, and the file with hashes that Auth0's support hands out (`_id`, `passwordHash`). */
export function readAuth0Line(fields: FieldReader): UserLine {
  return {
    ...PLAIN_LINE,
    id: fields.text("user_id"),
    email: fields.text("email"),
    emailVerified: fields.boolean("email_verified") ?? false,
    username: fields.text("username"),
    name: readName(fields),
    picture: fields.text("picture"),
    phoneNumber: fields.text("phone_number"),
    isDisabled: fields.boolean("blocked") ?? false,
    passwordHash: readAuth0Hash(fields),
    createdAt: outOfMongo(fields, "created_at").instant("created_at"),
    lastLoginAt: outOfMongo(fields, "last_login").instant("last_login"),
  };
}

/** Where nobody gave a name, Auth0 has the address in its place. */
function readName(fields: FieldReader): string | null {
  const name = fields.text("name");
  if (name !== null && name !== fields.text("email")) return name;
  const parts = [fields.text("given_name"), fields.text("family_name")].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(" ") : fields.text("nickname");
}

function readAuth0Hash(fields: FieldReader): string | null {
  const field = fields.text("passwordHash") === null ? "password_hash" : "passwordHash";
  const custom = fields.fields.custom_password_hash;
  if (custom !== undefined && custom !== null && custom !== "") return readCustomHash(fields);
  return readHash(field, fields.text(field));
}

function readCustomHash(fields: FieldReader): string | null {
  const custom = fields.object("custom_password_hash");
  const algorithm = custom.text("algorithm");
  if (algorithm === "bcrypt" || algorithm === "argon2") {
    return readHash("custom_password_hash", custom.object("hash").text("value"));
  }
  throw new LineFault("custom_password_hash", "Of these only bcrypt and argon2 are read.");
}

/** `{"$date": "2024-05-06T07:08:09.000Z"}`, as MongoDB exports times. */
function outOfMongo(fields: FieldReader, name: string): FieldReader {
  const value = fields.fields[name];
  if (typeof value !== "object" || value === null || !("$date" in value)) return fields;
  return new FieldReader({ [name]: value.$date });
}
