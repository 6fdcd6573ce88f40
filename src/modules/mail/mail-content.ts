/** Who did something, as far as it can be told to the account's owner. */
export interface NoticedClient {
  /** "Firefox on Linux"; null when unknown. */
  readonly device: string | null;
  readonly ipAddress: string | null;
}

interface LinkMail {
  readonly link: string;
  /** Until when the link works. */
  readonly expiresAt: Date;
}

interface Notice {
  readonly at: Date;
}

interface ClientNotice extends Notice {
  readonly client: NoticedClient;
}

/**
 * What a mail has to say, apart from its language. Nothing in it may be text that a stranger has chosen, such as a name: our
 * server would carry anybody's message to any address.
 */
export type MailContent =
  /** To a new address of an account that exists already. */
  | ({ readonly kind: "VERIFY_EMAIL" } & LinkMail)
  /** To whoever signed up where the account begins with the verification. */
  | ({ readonly kind: "CONFIRM_SIGNUP" } & LinkMail)
  /** To the address that an account is to have. */
  | ({ readonly kind: "CONFIRM_EMAIL_CHANGE" } & LinkMail)
  | ({ readonly kind: "RESET_PASSWORD" } & LinkMail)
  /** Somebody signed up with an address that has an account. */
  | ({ readonly kind: "SIGNUP_ATTEMPTED" } & Notice)
  /** Somebody wanted to give their account an address that has one already. */
  | ({ readonly kind: "EMAIL_CHANGE_ATTEMPTED" } & Notice)
  | ({ readonly kind: "NEW_DEVICE" } & ClientNotice)
  | ({ readonly kind: "PASSWORD_CHANGED" } & ClientNotice)
  | ({ readonly kind: "PASSWORD_RESET" } & ClientNotice)
  /** Passkeys alone log in from now on. */
  | ({ readonly kind: "PASSWORD_REMOVED" } & ClientNotice)
  /** Somebody had the password, and a code that was wrong. */
  | ({ readonly kind: "CODE_REFUSED" } & ClientNotice)
  | ({ readonly kind: "TOTP_ENABLED" } & ClientNotice)
  | ({ readonly kind: "TOTP_DISABLED" } & ClientNotice)
  /** Without the client, which is the administrator's. */
  | ({ readonly kind: "TOTP_DISABLED_BY_ADMIN" } & ClientNotice)
  | ({ readonly kind: "RECOVERY_CODES_REGENERATED" } & ClientNotice)
  | ({ readonly kind: "RECOVERY_CODE_USED" } & ClientNotice)
  | ({ readonly kind: "PASSKEY_ADDED" } & ClientNotice)
  | ({ readonly kind: "PASSKEY_REMOVED" } & ClientNotice)
  /** To the old address. Without the new one where nobody has proved that the old one was theirs. */
  | ({ readonly kind: "EMAIL_CHANGED"; readonly newEmail: string | null } & ClientNotice)
  | ({ readonly kind: "ACCOUNT_DELETED" } & ClientNotice)
  /** Without the client, which is the administrator's. */
  | ({ readonly kind: "ACCOUNT_DELETED_BY_ADMIN" } & ClientNotice);

export type MailKind = MailContent["kind"];
