import { InvalidField, InvalidFieldCode } from "../auth-error/invalid-input.types.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import { changeProfile } from "../user/profile.service.js";
import { checkProfile } from "../user/profile.validation.js";
import type { User } from "../user/user.entity.js";
import { Role, UserStatus } from "../user/user.types.js";
import type { UpdateUserInput } from "./administration.inputs.js";

/** What an account always has: left out of an input it stays, and there is no clearing it. */
const NEVER_NULL = ["role", "status", "emailVerified"] as const;

/** Checks the whole form, so that a person learns everything that is wrong with it at once. */
export function checkAccountChanges(input: UpdateUserInput): readonly InvalidField[] {
  const cleared = NEVER_NULL.filter((field) => input[field] === null);
  return [
    ...cleared.map(
      (field) => new InvalidField(field, InvalidFieldCode.REQUIRED, "Choose a value, or leave it out."),
    ),
    ...checkProfile(input),
  ];
}

/** What would leave nobody to administer, asked of an input for the last who does. */
export function checkLastAdmin({ role, status }: UpdateUserInput): readonly InvalidField[] {
  const complain = (field: string) =>
    new InvalidField(
      field,
      InvalidFieldCode.LAST_ADMIN,
      "This is the only active administrator: make somebody else one first.",
    );
  return [
    ...(role === Role.USER ? [complain("role")] : []),
    ...(status === UserStatus.DISABLED ? [complain("status")] : []),
  ];
}

/** @returns what has happened to the account by that: nothing where everything was so already */
export function changeAccount(user: User, input: UpdateUserInput, now: Date): ReadonlySet<SecurityEventType> {
  const events = new Set<SecurityEventType>();
  const { role, status, emailVerified } = input;
  if (changeProfile(user, input, now)) events.add(SecurityEventType.PROFILE_UPDATED);
  if (role != null && role !== user.role) {
    user.role = role;
    events.add(SecurityEventType.ROLE_CHANGED);
  }
  if (status != null && status !== user.status) {
    user.status = status;
    events.add(SecurityEventType.STATUS_CHANGED);
  }
  if (emailVerified != null && emailVerified !== user.emailVerified) {
    user.emailVerified = emailVerified;
    events.add(emailVerified ? SecurityEventType.EMAIL_VERIFIED : SecurityEventType.PROFILE_UPDATED);
  }
  if (events.size > 0) user.updatedAt = now;
  return events;
}
