import type { EntityManager } from "@mikro-orm/core";
import { Statement, selectRows } from "../../lib/statement.js";
import { POSTGRESQL_USER_COLUMNS } from "../user/user.row.js";
import { POSTGRESQL_SESSION_COLUMNS } from "./session.row.js";
import { type Rotation, type SessionStore, toViewer, type Viewer, type ViewerRow } from "./session.store.js";

/** Of `sessions s join users u`. */
const COLUMNS = `${POSTGRESQL_USER_COLUMNS}, ${POSTGRESQL_SESSION_COLUMNS}`;

/** One round trip. */
const SELECT_SESSION_AND_USER = new Statement(
  "session-and-user",
  `select ${COLUMNS} from sessions s join users u on u.id = s.user_id where s.id = ?`,
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
  /** @param em of no request: for what is done outside of transactions */
  constructor(private readonly em: EntityManager) {}

  async findViewer(sessionId: string): Promise<Viewer | null> {
    const rows = await selectRows<ViewerRow>(this.em, SELECT_SESSION_AND_USER, [sessionId]);
    return toViewer(rows[0]);
  }

  async rotate(rotation: Rotation): Promise<Viewer | null> {
    const { sessionId, generation, now, ipAddress, userAgent, usedAfter, createdAfter } = rotation;
    const values = [now, ipAddress, userAgent, sessionId, generation, usedAfter, createdAfter];
    const rows = await selectRows<ViewerRow>(this.em, ROTATE, values);
    return toViewer(rows[0]);
  }
}
