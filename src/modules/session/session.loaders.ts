import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import type { Config } from "../../config/config.js";
import type { Clock } from "../../lib/clock.js";
import { Session } from "./session.entity.js";
import { SessionView } from "./session.view.js";
import { whereLive } from "./session-lifetime.js";

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
        const sessions = await em.find(
          Session,
          { user: { $in: [...userIds] }, ...whereLive(clock(), limits) },
          { orderBy: { lastUsedAt: "desc", id: "desc" }, disableIdentityMap: true },
        );
        const byUserId = Map.groupBy(sessions, (session) => session.user.id);
        return userIds.map((userId) => (byUserId.get(userId) ?? []).map(SessionView.of));
      },
      { cache: false },
    ),
  };
}
