import type { EntityManager as SqlEntityManager } from "@mikro-orm/sqlite";
import type { Role, UserStatus } from "../user/user.types.js";
import { UserView } from "../user/user.view.js";
import { SessionView } from "./session.view.js";

/** Who makes a request: a session and its user, as the database has them now. */
export interface Viewer {
  readonly user: UserView;
  readonly session: SessionView;
}

const SELECT_SESSION = `
  select id, user_id, generation, created_at, authenticated_at, last_used_at, ip_address, user_agent
  from sessions where id = ?`;

const SELECT_USER = `
  select id, email, email_verified, username, name, picture, phone_number, gender, locale, role, status,
    password_hash is not null as has_password, totp_enabled, created_at, updated_at, last_login_at
  from users where id = ?`;

interface SessionRow {
  id: string;
  user_id: string;
  generation: number;
  created_at: number;
  authenticated_at: number;
  last_used_at: number;
  ip_address: string | null;
  user_agent: string | null;
}

interface UserRow {
  id: string;
  email: string;
  email_verified: 0 | 1;
  username: string | null;
  name: string | null;
  picture: string | null;
  phone_number: string | null;
  gender: string | null;
  locale: string | null;
  role: Role;
  status: UserStatus;
  has_password: 0 | 1;
  totp_enabled: 0 | 1;
  created_at: number;
  updated_at: number;
  last_login_at: number | null;
}

/**
 * The hot path: every authenticated request reads its session and user here. Two prepared look-ups by primary key
 * on MikroORM's own connection; hydrating entities would cost ten to twenty times the query. Whatever writes uses
 * entities.
 */
export class ViewerReader {
  private constructor(private readonly lookups: Awaited<ReturnType<typeof prepareLookups>>) {}

  static async prepare(em: SqlEntityManager): Promise<ViewerReader> {
    return new ViewerReader(await prepareLookups(em));
  }

  /** Says what the rows say; whether the session is alive and the user active is the caller's to judge. */
  async findBySessionId(sessionId: string): Promise<Viewer | null> {
    const session = this.lookups.sessions.get(sessionId);
    const user = session === undefined ? undefined : this.lookups.users.get(session.user_id);
    return session === undefined || user === undefined
      ? null
      : { session: toSession(session), user: toUser(user) };
  }
}

async function prepareLookups(em: SqlEntityManager) {
  const sqlite = await em.getConnection().getNativeClient();
  return {
    sessions: sqlite.prepare<[string], SessionRow>(SELECT_SESSION),
    users: sqlite.prepare<[string], UserRow>(SELECT_USER),
  };
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
