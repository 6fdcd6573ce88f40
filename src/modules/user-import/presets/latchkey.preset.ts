import type { Argon2Cost } from "../../password/argon2-engine.js";
import { Role, UserStatus } from "../../user/user.types.js";
import type { FieldReader } from "../field-reader.js";
import { LineFault } from "../line-fault.js";
import { LINE_FIELDS } from "../user-export.js";
import { readHash, type UserLine } from "../user-line.js";

const KNOWN_FIELDS: ReadonlySet<string> = new Set(LINE_FIELDS);

/** Of what the file calls a field: a name is short, and whatever else it is need not be repeated. */
const MAX_NAME_LENGTH = 40;

const OWN_HASH = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

/** Our own lines, as export-users writes them. A field that is misspelled must not get lost in silence. */
export function readLatchkeyLine(fields: FieldReader, today: Argon2Cost): UserLine {
  const unknown = Object.keys(fields.fields).find((name) => !KNOWN_FIELDS.has(name));
  if (unknown !== undefined) throw new LineFault(toFieldName(unknown), "There is no such field.");
  return {
    id: fields.text("id"),
    email: fields.text("email"),
    emailVerified: fields.boolean("emailVerified") ?? false,
    username: fields.exactText("username"),
    name: fields.exactText("name"),
    picture: fields.exactText("picture"),
    phoneNumber: fields.exactText("phoneNumber"),
    gender: fields.exactText("gender"),
    locale: fields.exactText("locale"),
    isAdmin: fields.oneOf("role", Object.values(Role)) === Role.ADMIN,
    isDisabled: fields.oneOf("status", Object.values(UserStatus)) === UserStatus.DISABLED,
    passwordHash: readOwnHash(fields.text("passwordHash"), today),
    createdAt: fields.instant("createdAt"),
    lastLoginAt: fields.instant("lastLoginAt"),
  };
}

/** A report is read at a terminal, too, which other characters may move about or turn round. */
function toFieldName(text: string): string {
  return text.slice(0, MAX_NAME_LENGTH).replaceAll(/[^ -~]/g, "?");
}

/**
 * One that a server with this configuration could have made stays as it is. One that costs more is stored as somebody
 * else's: a wrong password would otherwise take longer for it, and tell that there is an account.
 */
function readOwnHash(text: string | null, today: Argon2Cost): string | null {
  const stored = readHash("passwordHash", text);
  if (text === null || stored !== `argon2${text}`) return stored;
  const [memoryKib = 0, iterations = 0, parallelism = 0] = OWN_HASH.exec(text)?.slice(1).map(Number) ?? [];
  const isOurs =
    memoryKib > 0 &&
    memoryKib <= today.memoryKib &&
    iterations <= today.iterations &&
    parallelism <= today.parallelism;
  return isOurs ? text : stored;
}
