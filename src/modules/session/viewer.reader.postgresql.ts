import type { Pool } from "pg";
import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import { POSTGRESQL_USER_COLUMNS, type UserRow } from "../user/user.row.js";
import { type SessionRow, toViewer, type Viewer, type ViewerReader } from "./viewer.reader.js";

/** One round trip: a join, prepared once on each connection under its name. */
const SELECT_SESSION_AND_USER = {
  name: "viewer-by-session-id",
  text: `
    select ${POSTGRESQL_USER_COLUMNS},
      s.generation, s.ip_address, s.user_agent, ${sqlMilliseconds("s.created_at")} as session_created_at,
      ${sqlMilliseconds("s.authenticated_at")} as authenticated_at, ${sqlMilliseconds("s.last_used_at")} as last_used_at
    from sessions s join users u on u.id = s.user_id
    where s.id = $1`,
};

/** The prepared statement is no longer good: a migration has changed a table (0A000), a pooler has lost it (26000). */
const PLAN_ERRORS = ["0A000", "26000"];

type JoinedRow = UserRow &
  Omit<SessionRow, "id" | "user_id" | "created_at"> & { readonly session_created_at: number };

export class PostgresqlViewerReader implements ViewerReader {
  constructor(private readonly client: Pool) {}

  async findBySessionId(sessionId: string): Promise<Viewer | null> {
    const row = await this.#findRow(sessionId);
    if (row === undefined) return null;
    return toViewer({ ...row, id: sessionId, user_id: row.id, created_at: row.session_created_at }, row);
  }

  async #findRow(sessionId: string): Promise<JoinedRow | undefined> {
    const query = { ...SELECT_SESSION_AND_USER, values: [sessionId] };
    const { rows } = await this.client.query<JoinedRow>(query).catch((error: { code?: string }) => {
      if (!PLAN_ERRORS.includes(error.code ?? "")) throw error;
      return this.client.query<JoinedRow>(query.text, query.values);
    });
    return rows[0];
  }
}
