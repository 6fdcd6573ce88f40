import DataLoader from "dataloader";
import type { ClientInfo } from "../../lib/client-info.js";
import { toUserView, type UserRow } from "../user/user.row.js";
import type { UserView } from "../user/user.view.js";
import { type SessionRow, toSession } from "./session.row.js";
import type { SessionView } from "./session.view.js";

/** Who makes a request: a session and its user, as the database has them now. */
export interface Viewer {
  readonly user: UserView;
  readonly session: SessionView;
}

/** One step of a session's generation, and what may take it. */
export interface Rotation extends ClientInfo {
  readonly sessionId: string;
  /** The one that the session must still be at. */
  readonly generation: number;
  readonly now: Date;
  /** A session that was used or created before has ended. */
  readonly usedAfter: Date;
  readonly createdAfter: Date;
}

/**
 * The hot path: every authenticated request reads its session and user here, and every refresh moves its session on, by
 * prepared statements on MikroORM's own connection; hydrating entities would cost ten to twenty times the query.
 */
export interface SessionStore {
  /**
   * Says what the rows say; whether the session is alive and the user active is the caller's to judge. Look-ups of the same
   * turn of the event loop, by whichever requests, are one question to the database. None of them sees an earlier answer.
   */
  findViewer(sessionId: string): Promise<Viewer | null>;
  /**
   * The one step that decides a race between refreshes: of many with the same generation exactly one takes it.
   *
   * @returns what the rows say afterwards; null when it was not taken, by a session that has ended, is of another
   * generation, or belongs to a user who is not active
   */
  rotate(rotation: Rotation): Promise<Viewer | null>;
}

/** @param find answers for each id, in their order */
export function createViewerLoader(
  find: (sessionIds: readonly string[]) => Promise<(Viewer | null)[]>,
): DataLoader<string, Viewer | null> {
  return new DataLoader(find, { cache: false });
}

export type ViewerRow = UserRow & SessionRow;

export function toViewer(row: ViewerRow | undefined): Viewer | null {
  return row === undefined ? null : { session: toSession(row), user: toUserView(row) };
}
