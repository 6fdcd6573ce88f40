import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import type { Config } from "../../config/config.js";
import type { Clock } from "../../lib/clock.js";
import { selectRows } from "../../lib/statement.js";
import { SELECT_LIVE_SESSIONS, type SessionRow, toSession } from "./session.row.js";
import type { SessionView } from "./session.view.js";
import { lifeBounds } from "./session-lifetime.js";

/** Batched reads under users, one set per request. */
export interface SessionLoaders {
  /** A user's live sessions by user id, newest activity first. */
  readonly liveSessionsByUserId: DataLoader<string, readonly SessionView[]>;
}

export function createSessionLoaders(
  em: EntityManager,
  clock: Clock,
  limits: Pick<Config, "sessionIdleSeconds" | "sessionMaxSeconds">,
): SessionLoaders {
  return {
    // Batched, but not cached: one field of a mutation may start or end what the next one lists.
    liveSessionsByUserId: new DataLoader(
      async (userIds: readonly string[]) => {
        const { usedAfter, createdAfter } = lifeBounds(clock(), limits);
        const values = [JSON.stringify(userIds), usedAfter, createdAfter];
        const rows = await selectRows<SessionRow>(em, SELECT_LIVE_SESSIONS, values);
        const byUserId = Map.groupBy(rows, (row) => row.user_id);
        return userIds.map((userId) => (byUserId.get(userId) ?? []).map(toSession));
      },
      { cache: false },
    ),
  };
}
