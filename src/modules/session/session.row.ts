import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import { Statement } from "../../lib/statement.js";
import { SessionView } from "./session.view.js";

/** What reads sessions without hydrating entities selects `from sessions s`, here on SQLite. */
export const SQLITE_SESSION_COLUMNS = `
  s.id as session_id, s.user_id, s.generation, s.created_at as session_created_at, s.authenticated_at, s.last_used_at,
  s.ip_address, s.user_agent`;

export const POSTGRESQL_SESSION_COLUMNS = `
  s.id as session_id, s.user_id, s.generation, ${sqlMilliseconds("s.created_at")} as session_created_at,
  ${sqlMilliseconds("s.authenticated_at")} as authenticated_at, ${sqlMilliseconds("s.last_used_at")} as last_used_at,
  s.ip_address, s.user_agent`;

/** Times in milliseconds since the epoch. Named so that a user's columns may stand beside them. */
export interface SessionRow {
  readonly session_id: string;
  readonly user_id: string;
  readonly generation: number;
  readonly session_created_at: number;
  readonly authenticated_at: number;
  readonly last_used_at: number;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

export function toSession(row: SessionRow): SessionView {
  return new SessionView({
    id: row.session_id,
    generation: row.generation,
    createdAt: new Date(row.session_created_at),
    authenticatedAt: new Date(row.authenticated_at),
    lastUsedAt: new Date(row.last_used_at),
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  });
}

const selectLive = (columns: string, ids: string): string => `
  select ${columns} from sessions s
  where s.user_id in (${ids}) and s.last_used_at > ? and s.created_at > ?
  order by s.last_used_at desc, s.id desc`;

/** Of the users in a JSON array, used and created after these times, newest activity first. */
export const SELECT_LIVE_SESSIONS = new Statement("live-sessions", {
  sqlite: selectLive(SQLITE_SESSION_COLUMNS, "select value from json_each(?)"),
  postgresql: selectLive(
    POSTGRESQL_SESSION_COLUMNS,
    "select value::uuid from json_array_elements_text(?::json)",
  ),
});

/** id, user, three times "now", address and User-Agent. */
export const INSERT_SESSION = new Statement(
  "insert-session",
  `insert into sessions
     (id, user_id, generation, created_at, authenticated_at, last_used_at, ip_address, user_agent)
   values (?, ?, 1, ?, ?, ?, ?, ?)`,
);

/** Of a user, but for so many that were used last. One login makes one too many; more only where the limit was lowered. */
export const DELETE_SURPLUS_SESSIONS = new Statement(
  "delete-surplus-sessions",
  `delete from sessions where id in
     (select id from sessions where user_id = ? order by last_used_at desc, id desc limit 1000 offset ?)`,
);

/** Of a user with this User-Agent, authenticated, used and created after these times. */
export const SELECT_ALIKE_SESSIONS = new Statement(
  "alike-sessions",
  `select id as session_id, ip_address from sessions
   where user_id = ? and user_agent is not distinct from ?
     and authenticated_at > ? and last_used_at > ? and created_at > ?`,
);
