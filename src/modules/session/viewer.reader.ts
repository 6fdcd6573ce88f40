import type { Role, UserStatus } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";
import { SessionView } from "./session.view.js";

/** Who makes a request: a session and its user, as the database has them now. */
export interface Viewer {
  readonly user: UserView;
  readonly session: SessionView;
}

/**
 * The hot path: every authenticated request reads its session and user here, by prepared statements on MikroORM's
 * own connection; hydrating entities would cost ten to twenty times the query. Whatever writes uses entities.
 */
export interface ViewerReader {
  /** Says what the rows say; whether the session is alive and the user active is the caller's to judge. */
  findBySessionId(sessionId: string): Promise<Viewer | null>;
}

/** Times in milliseconds since the epoch, booleans as SQLite has them. */
export interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly generation: number;
  readonly created_at: number;
  readonly authenticated_at: number;
  readonly last_used_at: number;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

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

export function toViewer(session: SessionRow, user: UserRow): Viewer {
  return { session: toSession(session), user: toUser(user) };
}

function toSession(row: SessionRow): SessionView {
  return new SessionView({
    id: row.id,
    generation: row.generation,
    createdAt: new Date(row.created_at),
    authenticatedAt: new Date(row.authenticated_at),
    lastUsedAt: new Date(row.last_used_at),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  });
}

function toUser(row: UserRow): UserView {
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
