import type { EntityManager } from "@mikro-orm/core";
import type { Database } from "better-sqlite3";
import { runStatement, Statement } from "../../lib/statement.js";
import { SQLITE_USER_COLUMNS } from "../user/user.row.js";
import { SQLITE_SESSION_COLUMNS } from "./session.row.js";
import {
  createViewerLoader,
  type Rotation,
  type SessionStore,
  toViewer,
  type Viewer,
  type ViewerRow,
} from "./session.store.js";

const SELECT_SESSION_AND_USER = `
  select ${SQLITE_USER_COLUMNS}, ${SQLITE_SESSION_COLUMNS}
  from sessions s join users u on u.id = s.user_id where s.id = ?`;

const ROTATE = new Statement(
  "rotate-session",
  `update sessions set generation = generation + 1, last_used_at = ?, ip_address = ?, user_agent = ?
   where id = ? and generation = ? and last_used_at > ? and created_at > ?
     and exists (select 1 from users u where u.id = user_id and u.status = 'ACTIVE')`,
);

export class SqliteSessionStore implements SessionStore {
  readonly #viewers;

  /** @param em of no request: for what is done outside of transactions */
  constructor(
    client: Database,
    private readonly em: EntityManager,
  ) {
    const rows = client.prepare<[string], ViewerRow>(SELECT_SESSION_AND_USER);
    const findAll = (sessionIds: readonly string[]) => sessionIds.map((id) => toViewer(rows.get(id)));
    // Taking and giving back SQLite's locks costs as much as a look-up: in one transaction it is done once.
    const findAllAtOnce = client.transaction(findAll);
    this.#viewers = createViewerLoader(async (sessionIds) => {
      // Somebody's transaction may be open on the one connection; a savepoint in it would only cost.
      const isWorthwhile = sessionIds.length > 1 && !client.inTransaction;
      return isWorthwhile ? findAllAtOnce(sessionIds) : findAll(sessionIds);
    });
  }

  findViewer(sessionId: string): Promise<Viewer | null> {
    return this.#viewers.load(sessionId);
  }

  async rotate(rotation: Rotation): Promise<Viewer | null> {
    const { sessionId, generation, now, ipAddress, userAgent, usedAfter, createdAfter } = rotation;
    const values = [now, ipAddress, userAgent, sessionId, generation, usedAfter, createdAfter];
    return (await runStatement(this.em, ROTATE, values)) === 0 ? null : this.findViewer(sessionId);
  }
}
