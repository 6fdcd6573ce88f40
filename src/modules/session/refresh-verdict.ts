import type { Config } from "../../config/config.js";
import { secondsToMs } from "../../lib/clock.js";
import { UserStatus } from "../user/user.types.js";
import type { Viewer } from "./session.store.js";
import { sessionExpiresAt } from "./session-lifetime.js";

/**
 * What a genuine refresh token of some generation deserves:
 * - ROTATE: it is the current one.
 * - REPEAT: the one before, in the grace after its rotation: a parallel tab or a lost answer. It gets the same successor.
 * - REUSED: an older one. Its owner or a thief holds a copy; nobody can tell which (RFC 9700 §4.14.2).
 * - EXPIRED, REVOKED: there is nothing left to refresh.
 */
export type RefreshVerdict = "ROTATE" | "REPEAT" | "REUSED" | "EXPIRED" | "REVOKED";

type Rules = Pick<Config, "refreshGraceSeconds" | "sessionIdleSeconds" | "sessionMaxSeconds">;

export function judgeRefresh(
  { session, user }: Viewer,
  { generation, nowMs, rules }: { generation: number; nowMs: number; rules: Rules },
): RefreshVerdict {
  if (user.status !== UserStatus.ACTIVE) return "REVOKED";
  if (sessionExpiresAt(session, rules).getTime() <= nowMs) return "EXPIRED";
  if (generation === session.generation) return "ROTATE";
  // Newer than the row: the database was set back to an older state. Nobody can have stolen what was never current.
  if (generation > session.generation) return "REVOKED";
  const graceEnd = session.lastUsedAt.getTime() + secondsToMs(rules.refreshGraceSeconds);
  const isPredecessor = generation === session.generation - 1;
  return isPredecessor && nowMs < graceEnd ? "REPEAT" : "REUSED";
}
