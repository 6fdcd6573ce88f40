import { setTimeout as delay } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import type { Clock } from "../../lib/clock.js";
import { MIN_ID } from "../../lib/uuid.js";
import { Session } from "./session.entity.js";
import { whereEnded } from "./session-lifetime.js";

const PAGE_SIZE = 1000;
const PAUSE_MS = 10;

interface PruningRules {
  readonly limits: Pick<Config, "sessionIdleSeconds" | "sessionMaxSeconds">;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** For so long after its end a refresh is still told that the session has expired. */
const KEPT_MS = 86_400_000;

/**
 * Deletes the rows of sessions that expired by themselves. It walks along the primary key, page by page with a pause,
 * instead of asking an index for the oldest: such an index would have to be written at every refresh.
 *
 * @returns how many
 */
export async function pruneEndedSessions(
  em: EntityManager,
  { limits, clock, signal }: PruningRules,
): Promise<number> {
  const ended = whereEnded(clock() - KEPT_MS, limits);
  let pruned = 0;
  let after: string = MIN_ID;
  for (;;) {
    const lastOfPage = await findLastOfPage(em, after);
    const page = lastOfPage === null ? { $gt: after } : { $gt: after, $lte: lastOfPage };
    pruned += await em.nativeDelete(Session, { id: page, ...ended });
    if (lastOfPage === null || signal?.aborted) return pruned;
    after = lastOfPage;
    await delay(PAUSE_MS);
  }
}

async function findLastOfPage(em: EntityManager, after: string): Promise<string | null> {
  const [last] = await em.find(
    Session,
    { id: { $gt: after } },
    { orderBy: { id: "asc" }, offset: PAGE_SIZE - 1, limit: 1, fields: ["id"], disableIdentityMap: true },
  );
  return last?.id ?? null;
}
