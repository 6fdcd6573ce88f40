import type { Config } from "../../config/config.js";
import { secondsToMs } from "../../lib/clock.js";
import type { Session } from "./session.entity.js";

type Limits = Pick<Config, "sessionIdleSeconds" | "sessionMaxSeconds">;
type Times = Pick<Session, "createdAt" | "lastUsedAt">;

/** The end of a session: left idle too long or too old, whichever comes first (ASVS 7.3.1, 7.3.2). */
export function sessionExpiresAt({ createdAt, lastUsedAt }: Times, limits: Limits): Date {
  const idleEnd = lastUsedAt.getTime() + secondsToMs(limits.sessionIdleSeconds);
  const absoluteEnd = createdAt.getTime() + secondsToMs(limits.sessionMaxSeconds);
  return new Date(Math.min(idleEnd, absoluteEnd));
}

/** The same rule as a condition on rows. */
export function whereEnded(nowMs: number, limits: Limits) {
  const { usedAfter, createdAfter } = lifeBounds(nowMs, limits);
  return { $or: [{ lastUsedAt: { $lte: usedAfter } }, { createdAt: { $lte: createdAfter } }] };
}

/** A session that was last used, or created, at these times or before has ended. */
export function lifeBounds(nowMs: number, limits: Limits) {
  return {
    usedAfter: new Date(nowMs - secondsToMs(limits.sessionIdleSeconds)),
    createdAfter: new Date(nowMs - secondsToMs(limits.sessionMaxSeconds)),
  };
}
