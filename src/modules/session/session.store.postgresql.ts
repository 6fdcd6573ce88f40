import type { EntityManager } from "@mikro-orm/core";
import { Statement, selectRows } from "../../lib/statement.js";
import { POSTGRESQL_USER_COLUMNS } from "../user/user.row.js";
import { POSTGRESQL_SESSION_COLUMNS } from "./session.row.js";
import {
  createViewerLoader,
  type Rotation,
  type SessionStore,
  toViewer,
  type Viewer,
  type ViewerRow,
} from "./session.store.js";

/** Of `sessions s join users u`. */
const COLUMNS = `${POSTGRESQL_USER_COLUMNS}, ${POSTGRESQL_SESSION_COLUMNS}`;

/**
 * Of the sessions in a JSON array, one look-up by key for each: the planner guesses that an array has a hundred, and would
 * rather read a small table from end to end.
 */
const SELECT_SESSIONS_AND_USERS = new Statement(
  "sessions-and-users",
  `select found.*
   from json_array_elements_text(?::json) as wanted (id)
   cross join lateral (
     select ${COLUMNS} from sessions s join users u on u.id = s.user_id where s.id = wanted.id::uuid limit 1
   ) found`,
);

const ROTATE = new Statement(
  "rotate-session",
  `update sessions s set generation = s.generation + 1, last_used_at = ?, ip_address = ?, user_agent = ?
   from users u
   where s.id = ? and s.generation = ? and s.last_used_at > ? and s.created_at > ?
     and u.id = s.user_id and u.status = 'ACTIVE'
   returning ${COLUMNS}`,
);

export class PostgresqlSessionStore implements SessionStore {
  readonly #viewers = createViewerLoader(async (sessionIds) => {
    const values = [JSON.stringify(sessionIds)];
    const rows = await selectRows<ViewerRow>(this.em, SELECT_SESSIONS_AND_USERS, values);
    const byId = new Map(rows.map((row) => [row.session_id, row]));
    return sessionIds.map((id) => toViewer(byId.get(id)));
  });

  /** @param em of no request: for what is done outside of transactions */
  constructor(private readonly em: EntityManager) {}

  findViewer(sessionId: string): Promise<Viewer | null> {
    return this.#viewers.load(sessionId);
  }

  async rotate(rotation: Rotation): Promise<Viewer | null> {
    const { sessionId, generation, now, ipAddress, userAgent, usedAfter, createdAfter } = rotation;
    const values = [now, ipAddress, userAgent, sessionId, generation, usedAfter, createdAfter];
    const rows = await selectRows<ViewerRow>(this.em, ROTATE, values);
    return toViewer(rows[0]);
  }
}
