import type { SecurityEventType } from "../../gql/graphql";

/** A member that is missing here does not compile. */
const WORDS: Readonly<Record<SecurityEventType, string>> = {
  ACCOUNT_DELETED: "The account was deleted",
  EMAIL_CHANGED: "The address was changed",
  EMAIL_CHANGE_REQUESTED: "A change of the address was asked for",
  EMAIL_VERIFICATION_REQUESTED: "A link to confirm the address was asked for",
  EMAIL_VERIFIED: "The address was confirmed",
  LOGGED_IN: "Logged in",
  LOGGED_OUT: "Logged out",
  LOGIN_FAILED: "A login failed",
  PASSKEY_ADDED: "A passkey was added",
  PASSKEY_REMOVED: "A passkey was removed",
  PASSWORD_CHANGED: "The password was changed",
  PASSWORD_REMOVED: "The password was removed",
  PASSWORD_RESET: "The password was set by a link in a mail",
  PASSWORD_RESET_REQUESTED: "A link to set a password was asked for",
  PROFILE_UPDATED: "The profile was changed",
  REAUTHENTICATED: "Confirmed who it is",
  RECOVERY_CODES_REGENERATED: "New recovery codes were made",
  RECOVERY_CODE_USED: "A recovery code was used",
  REFRESH_TOKEN_REUSED: "A session was ended, as its token may have been stolen",
  ROLE_CHANGED: "The role was changed",
  SESSION_REVOKED: "A session was ended",
  SIGNED_UP: "The account was made",
  STATUS_CHANGED: "The account was disabled or enabled",
  TOTP_DISABLED: "The second factor was turned off",
  TOTP_ENABLED: "The second factor was turned on",
};

/** What has happened. A newer server may know more than this application: then as it calls it. */
export const eventInWords = (type: SecurityEventType): string => WORDS[type] ?? type;
