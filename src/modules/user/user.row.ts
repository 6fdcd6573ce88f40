import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import type { Role, UserStatus } from "./user.types.js";
import { UserView } from "./user.view.js";

/** What reads users without hydrating entities selects `from users u`, here on SQLite. */
export const SQLITE_USER_COLUMNS = `
  u.id, u.email, u.email_verified, u.username, u.name, u.picture, u.phone_number, u.gender, u.locale, u.role, u.status,
  u.password_hash is not null as has_password, u.totp_enabled, u.created_at, u.updated_at, u.last_login_at`;

export const POSTGRESQL_USER_COLUMNS = `
  u.id, u.email, u.email_verified::int, u.username, u.name, u.picture, u.phone_number, u.gender, u.locale, u.role, u.status,
  (u.password_hash is not null)::int as has_password, u.totp_enabled::int,
  ${sqlMilliseconds("u.created_at")} as created_at, ${sqlMilliseconds("u.updated_at")} as updated_at,
  ${sqlMilliseconds("u.last_login_at")} as last_login_at`;

/** Times in milliseconds since the epoch, booleans as SQLite has them. */
export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly email_verified: 0 | 1;
  readonly username: string | null;
  readonly name: string | null;
  readonly picture: string | null;
  readonly phone_number: string | null;
  readonly gender: string | null;
  readonly locale: string | null;
  readonly role: Role;
  readonly status: UserStatus;
  readonly has_password: 0 | 1;
  readonly totp_enabled: 0 | 1;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_login_at: number | null;
}

export function toUserView(row: UserRow): UserView {
  return new UserView({
    id: row.id,
    email: row.email,
    emailVerified: row.email_verified === 1,
    username: row.username,
    name: row.name,
    picture: row.picture,
    phoneNumber: row.phone_number,
    gender: row.gender,
    locale: row.locale,
    role: row.role,
    status: row.status,
    hasPassword: row.has_password === 1,
    totpEnabled: row.totp_enabled === 1,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at),
  });
}
