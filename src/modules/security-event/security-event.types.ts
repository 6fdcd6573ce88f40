import { registerEnumType } from "type-graphql";

export enum SecurityEventType {
  SIGNED_UP = "SIGNED_UP",
  LOGGED_IN = "LOGGED_IN",
  LOGIN_FAILED = "LOGIN_FAILED",
  LOGGED_OUT = "LOGGED_OUT",
  REFRESH_TOKEN_REUSED = "REFRESH_TOKEN_REUSED",
  SESSION_REVOKED = "SESSION_REVOKED",
  REAUTHENTICATED = "REAUTHENTICATED",
  PASSWORD_CHANGED = "PASSWORD_CHANGED",
  PASSWORD_REMOVED = "PASSWORD_REMOVED",
  PASSWORD_RESET_REQUESTED = "PASSWORD_RESET_REQUESTED",
  PASSWORD_RESET = "PASSWORD_RESET",
  EMAIL_VERIFICATION_REQUESTED = "EMAIL_VERIFICATION_REQUESTED",
  EMAIL_VERIFIED = "EMAIL_VERIFIED",
  EMAIL_CHANGE_REQUESTED = "EMAIL_CHANGE_REQUESTED",
  EMAIL_CHANGED = "EMAIL_CHANGED",
  PROFILE_UPDATED = "PROFILE_UPDATED",
  TOTP_ENABLED = "TOTP_ENABLED",
  TOTP_DISABLED = "TOTP_DISABLED",
  RECOVERY_CODES_REGENERATED = "RECOVERY_CODES_REGENERATED",
  RECOVERY_CODE_USED = "RECOVERY_CODE_USED",
  PASSKEY_ADDED = "PASSKEY_ADDED",
  PASSKEY_REMOVED = "PASSKEY_REMOVED",
  ACCOUNT_DELETED = "ACCOUNT_DELETED",
  ROLE_CHANGED = "ROLE_CHANGED",
  STATUS_CHANGED = "STATUS_CHANGED",
}

const DESCRIPTIONS: Readonly<Record<SecurityEventType, string>> = {
  SIGNED_UP: "The account was made.",
  LOGGED_IN: "A session was opened.",
  LOGIN_FAILED:
    "A credential was refused, or the account may not log in. Attempts that were refused for their number are not listed.",
  LOGGED_OUT: "A session was ended by its own client.",
  REFRESH_TOKEN_REUSED: "A spent refresh token came back: somebody holds a copy. Its session was ended.",
  SESSION_REVOKED:
    "One or more sessions were ended: from another one, by an administrator, or by a login beyond `SESSIONS_PER_USER`.",
  REAUTHENTICATED: "The person confirmed who they are.",
  PASSWORD_CHANGED: "By somebody who knew the old one. The other sessions were ended.",
  PASSWORD_REMOVED:
    "The account has no password any more: passkeys alone log in. The other sessions were ended.",
  PASSWORD_RESET_REQUESTED: "A mail with a link to set a new password was asked for.",
  PASSWORD_RESET: "By the link in a mail. All sessions were ended.",
  EMAIL_VERIFICATION_REQUESTED: "A mail with a link to confirm the address was asked for.",
  EMAIL_VERIFIED: "The address was confirmed.",
  EMAIL_CHANGE_REQUESTED: "A change to another address was asked for.",
  EMAIL_CHANGED: "The account has another address.",
  PROFILE_UPDATED: "Something in the profile was changed.",
  TOTP_ENABLED: "Codes from an authenticator app are asked for from now on.",
  TOTP_DISABLED: "Codes from an authenticator app are no longer asked for.",
  RECOVERY_CODES_REGENERATED: "There are new recovery codes; the old ones are void.",
  RECOVERY_CODE_USED: "A recovery code was used up.",
  PASSKEY_ADDED: "A passkey can log in.",
  PASSKEY_REMOVED: "A passkey can no longer log in.",
  ACCOUNT_DELETED: "The account is gone.",
  ROLE_CHANGED: "The account may do more or less than before.",
  STATUS_CHANGED: "The account was disabled or enabled.",
};

registerEnumType(SecurityEventType, {
  name: "SecurityEventType",
  description: "What has happened to an account.",
  valuesConfig: Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([type, description]) => [type, { description }]),
  ),
});
