import type { EmailAddress } from "../../lib/email-address.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import { isId } from "../../lib/uuid.js";
import { readPasswordHash } from "../password/imported-hash/imported-hash.js";
import { checkProfile } from "../user/profile.validation.js";
import { User } from "../user/user.entity.js";
import { Role, UserStatus } from "../user/user.types.js";
import { LineFault } from "./line-fault.js";

const DAY_MS = 86_400_000;

/** What a file says of one user, in our own terms and not checked yet. */
export interface UserLine {
  readonly id: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly picture: string | null;
  readonly phoneNumber: string | null;
  readonly gender: string | null;
  readonly locale: string | null;
  readonly isAdmin: boolean;
  readonly isDisabled: boolean;
  /** In the form in which it is stored. */
  readonly passwordHash: string | null;
  readonly createdAt: Date | null;
  readonly lastLoginAt: Date | null;
}

/** What every line is but for what its file says of it. */
export const PLAIN_LINE: UserLine = {
  id: null,
  email: null,
  emailVerified: false,
  username: null,
  name: null,
  picture: null,
  phoneNumber: null,
  gender: null,
  locale: null,
  isAdmin: false,
  isDisabled: false,
  passwordHash: null,
  createdAt: null,
  lastLoginAt: null,
};

export interface ImportRules {
  /** Whether an administrator elsewhere is one here: nobody is to become one by accident. */
  readonly keepRoles: boolean;
  readonly now: Date;
}

/**
 * The account that a line makes, checked as a signup and a change of the profile are.
 *
 * @throws LineFault
 */
export function toUser(line: UserLine, { keepRoles, now }: ImportRules): User {
  const [fault] = checkProfile(line);
  if (fault !== undefined) throw new LineFault(fault.field, fault.message);
  const user = new User({
    email: readEmail(line.email),
    username: line.username,
    name: line.name,
    passwordHash: line.passwordHash,
    emailVerified: line.emailVerified,
    isLoggedIn: false,
    now,
  });
  const { picture, phoneNumber, gender, locale } = line;
  Object.assign(user, { picture, phoneNumber, gender, locale });
  // Other services may know the user by it. What is no UUID is no id here.
  if (line.id !== null && isId(line.id)) user.id = line.id.toLowerCase();
  if (line.isAdmin && keepRoles) user.role = Role.ADMIN;
  if (line.isDisabled) user.status = UserStatus.DISABLED;
  user.createdAt = checkInstant("createdAt", line.createdAt, now) ?? now;
  user.lastLoginAt = checkInstant("lastLoginAt", line.lastLoginAt, now);
  return user;
}

/**
 * The hash of a password as an export has it.
 *
 * @throws LineFault for what could never be verified here: its owner would not get in, and nobody would know why
 */
export function readHash(field: string, text: string | null): string | null {
  if (text === null) return null;
  const read = readPasswordHash(text);
  if ("fault" in read) throw new LineFault(field, describeFault(read.fault));
  return read.hash;
}

export function describeFault(fault: string): string {
  return `The password's hash is refused: ${fault}.`;
}

function readEmail(text: string | null): EmailAddress {
  if (text === null || text.trim() === "") throw new LineFault("email", "There is no email address.");
  const email = parseEmailAddress(text);
  if (email === null) throw new LineFault("email", "This is not an email address.");
  return email;
}

/** Milliseconds taken for seconds, or the reverse, are a time, too, but none that anybody can have signed up at. */
function checkInstant(field: string, instant: Date | null, now: Date): Date | null {
  if (instant === null) return null;
  if (instant.getTime() > now.getTime() + DAY_MS) throw new LineFault(field, "This time is yet to come.");
  if (instant.getTime() < 0) throw new LineFault(field, "This time is before 1970.");
  return instant;
}
