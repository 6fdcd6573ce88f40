import type { Database } from "better-sqlite3";
import { SQLITE_USER_COLUMNS, type UserRow } from "../user/user.row.js";
import { type SessionRow, toViewer, type Viewer, type ViewerReader } from "./viewer.reader.js";

const SELECT_SESSION = `
  select id, user_id, generation, created_at, authenticated_at, last_used_at, ip_address, user_agent
  from sessions where id = ?`;

const SELECT_USER = `select ${SQLITE_USER_COLUMNS} from users u where u.id = ?`;

/** Two look-ups by primary key: in the same process they beat the join. */
export class SqliteViewerReader implements ViewerReader {
  readonly #sessions;
  readonly #users;

  constructor(client: Database) {
    this.#sessions = client.prepare<[string], SessionRow>(SELECT_SESSION);
    this.#users = client.prepare<[string], UserRow>(SELECT_USER);
  }

  async findBySessionId(sessionId: string): Promise<Viewer | null> {
    const session = this.#sessions.get(sessionId);
    const user = session === undefined ? undefined : this.#users.get(session.user_id);
    return session === undefined || user === undefined ? null : toViewer(session, user);
  }
}
