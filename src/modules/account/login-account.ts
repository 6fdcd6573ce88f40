import type { EntityManager } from "@mikro-orm/core";
import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import { runStatement, Statement, selectRows } from "../../lib/statement.js";
import type { Identifier } from "../pending-signup/pending-signups.js";
import type { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";

/** What logging in asks of an account, and goes by afterwards. */
export type LoginAccount = Pick<
  User,
  "id" | "email" | "locale" | "status" | "emailVerified" | "passwordHash" | "totpEnabled" | "lastLoginAt"
>;

/** Times in milliseconds since the epoch, booleans as SQLite has them. */
interface LoginAccountRow {
  readonly id: string;
  readonly email: string;
  readonly locale: string | null;
  readonly status: UserStatus;
  readonly email_verified: 0 | 1;
  readonly password_hash: string | null;
  readonly totp_enabled: 0 | 1;
  readonly last_login_at: number | null;
}

const selectBy = (column: string): Statement =>
  new Statement(`login-account-by-${column}`, {
    sqlite: `
      select id, email, locale, status, email_verified, password_hash, totp_enabled, last_login_at
      from users where ${column} = ?`,
    postgresql: `
      select id, email, locale, status, email_verified::int, password_hash, totp_enabled::int,
        ${sqlMilliseconds("last_login_at")} as last_login_at
      from users where ${column} = ?`,
  });

const SELECT_BY_EMAIL = selectBy("email_normalized");
const SELECT_BY_USERNAME = selectBy("username_normalized");

const NOTE_LOGIN = new Statement(
  "note-login",
  `update users set password_hash = ?, last_login_at = ?
   where id = ? and status = '${UserStatus.ACTIVE}'
     and password_hash is not distinct from ? and totp_enabled = ?`,
);

export async function findLoginAccount(
  em: EntityManager,
  identifier: Identifier,
): Promise<LoginAccount | null> {
  const [statement, value] =
    "emailNormalized" in identifier
      ? [SELECT_BY_EMAIL, identifier.emailNormalized]
      : [SELECT_BY_USERNAME, identifier.usernameNormalized];
  const [row] = await selectRows<LoginAccountRow>(em, statement, [value]);
  if (row === undefined) return null;
  return {
    id: row.id,
    email: row.email,
    locale: row.locale,
    status: row.status,
    emailVerified: row.email_verified === 1,
    passwordHash: row.password_hash,
    totpEnabled: row.totp_enabled === 1,
    lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at),
  };
}

/**
 * @param passwordHash of the same password, where it was made anew
 * @returns false when the account was disabled, given another password or a second factor since it was read
 */
export async function noteLogin(
  em: EntityManager,
  account: LoginAccount,
  { passwordHash, now }: { readonly passwordHash: string | null; readonly now: Date },
): Promise<boolean> {
  const values = [passwordHash, now, account.id, account.passwordHash, account.totpEnabled];
  return (await runStatement(em, NOTE_LOGIN, values)) > 0;
}
