import { createHash } from "node:crypto";
import { secondsToMs } from "../../lib/clock.js";

/** How many attempts of a kind are free, for instance wrong passwords for one account. */
export interface AttemptLimit {
  /** Tells the counters of different kinds apart. */
  readonly name: string;
  readonly max: number;
  readonly windowSeconds: number;
}

/** An attempt that was counted. All times in milliseconds since the epoch. */
export interface CountedAttempt {
  readonly key: string;
  /** When the counter began: after that it is another one. */
  readonly startedAt: number;
  /** Until when those that follow have to wait; 0 for not at all. */
  readonly blockedUntil: number;
  /** The limit's: with fewer attempts than that there is nothing to wait for. */
  readonly max: number;
}

/** An attempt that has to wait. */
export interface RefusedAttempt {
  /** In seconds. */
  readonly retryAfter: number;
}

/**
 * Counts attempts before they are made, so that of any number at once no more than the limit get through. Beyond the
 * limit attempts have to wait, longer each time, up to one window: a delay, never a lock-out. Those that
 * have to wait are not counted. A counter ends one window after it began or after its last delay.
 */
export interface AttemptLimiter {
  take(limit: AttemptLimit, subject: string): Promise<CountedAttempt | RefusedAttempt>;
  /** The attempt was none: it succeeded, or was never made. Leaves the counter, and any delay, as if it had not been. */
  giveBack(attempt: CountedAttempt): Promise<void>;
  /** The subject has proved itself: all its attempts are forgotten. */
  forget(attempt: Pick<CountedAttempt, "key">): Promise<void>;
  /** Drops counters whose time has passed. @returns how many */
  prune(signal?: AbortSignal): Promise<number>;
}

/** The first delay is this part of the window; each later one is twice as long. */
const FIRST_DELAY_PART = 30;
export const MAX_DOUBLINGS = 16;

export function firstDelaySeconds({ windowSeconds }: AttemptLimit): number {
  return Math.max(1, windowSeconds / FIRST_DELAY_PART);
}

/** How long the attempt after this one has to wait. PostgreSQL's limiter has the same rule in SQL. */
export function delayMs(limit: AttemptLimit, count: number): number {
  if (count < limit.max) return 0;
  const doublings = Math.min(count - limit.max, MAX_DOUBLINGS);
  return secondsToMs(Math.min(limit.windowSeconds, firstDelaySeconds(limit) * 2 ** doublings));
}

export function refusedUntil(blockedUntil: number, now: number): RefusedAttempt {
  return { retryAfter: Math.max(1, Math.ceil((blockedUntil - now) / 1000)) };
}

/** Hashed: bounded in length, whatever a client sends, and no address of a person lies in a table of failures. */
export function counterKey({ name }: AttemptLimit, subject: string): string {
  return `${name}:${createHash("sha256").update(subject).digest("base64url")}`;
}
