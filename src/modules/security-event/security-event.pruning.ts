import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import { deleteInPages } from "../../lib/delete-in-pages.js";
import { firstIdOf } from "../../lib/uuid.js";
import { SecurityEvent } from "./security-event.entity.js";

const DAY_SECONDS = 86_400;

interface PruningRules {
  readonly limits: Pick<Config, "securityEventDays">;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Deletes the events that have been kept for long enough, from the beginning of the log.
 *
 * @returns how many
 */
export function pruneSecurityEvents(
  em: EntityManager,
  { limits, clock, signal }: PruningRules,
): Promise<number> {
  const firstKept = firstIdOf(clock() - secondsToMs(limits.securityEventDays * DAY_SECONDS));
  return deleteInPages(async (limit) => {
    const page = await em.find(
      SecurityEvent,
      { id: { $lt: firstKept } },
      { orderBy: { id: "asc" }, limit, fields: ["id"], disableIdentityMap: true },
    );
    const last = page.at(-1);
    return last === undefined ? 0 : em.nativeDelete(SecurityEvent, { id: { $lte: last.id } });
  }, signal);
}
