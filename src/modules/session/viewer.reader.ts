import { toUserView, type UserRow } from "../user/user.row.js";
import type { UserView } from "../user/user.view.js";
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

export function toViewer(session: SessionRow, user: UserRow): Viewer {
  return { session: toSession(session), user: toUserView(user) };
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
