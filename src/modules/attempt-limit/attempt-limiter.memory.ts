import { type Clock, secondsToMs } from "../../lib/clock.js";
import {
  type AttemptLimit,
  type AttemptLimiter,
  counterKey,
  delayMs,
  toWaitSeconds,
} from "./attempt-limiter.js";

interface Counter {
  count: number;
  windowEndsAt: number;
  blockedUntil: number;
}

/** About 20 MB. An attacker with as many addresses gets the oldest counter forgotten, not the server out of memory. */
const MAX_COUNTERS = 100_000;

/** For one process: what SQLite serves. A restart forgets. */
export class MemoryAttemptLimiter implements AttemptLimiter {
  readonly #counters = new Map<string, Counter>();

  constructor(private readonly clock: Clock) {}

  async take(limit: AttemptLimit, subject: string): Promise<number> {
    const key = counterKey(limit, subject);
    const now = this.clock();
    const current = this.#counters.get(key);
    if (current !== undefined && current.blockedUntil > now) return toWaitSeconds(current.blockedUntil, now);
    const isOver = current === undefined || current.windowEndsAt <= now;
    const counter = isOver
      ? { count: 1, windowEndsAt: now + secondsToMs(limit.windowSeconds), blockedUntil: 0 }
      : { ...current, count: current.count + 1 };
    const delay = delayMs(limit, counter.count);
    if (delay > 0) {
      counter.blockedUntil = now + delay;
      counter.windowEndsAt = counter.blockedUntil + secondsToMs(limit.windowSeconds);
    }
    this.#store(key, counter);
    return 0;
  }

  async giveBack(limit: AttemptLimit, subject: string): Promise<void> {
    const counter = this.#counters.get(counterKey(limit, subject));
    if (counter === undefined) return;
    counter.count = Math.max(0, counter.count - 1);
    if (counter.count < limit.max) counter.blockedUntil = 0;
  }

  async forget(limit: AttemptLimit, subject: string): Promise<void> {
    this.#counters.delete(counterKey(limit, subject));
  }

  async prune(): Promise<number> {
    const now = this.clock();
    const before = this.#counters.size;
    for (const [key, { windowEndsAt }] of this.#counters) if (windowEndsAt <= now) this.#counters.delete(key);
    return before - this.#counters.size;
  }

  /** Set anew each time, so that the first of the map is the one that was used least recently. */
  #store(key: string, counter: Counter): void {
    this.#counters.delete(key);
    const [oldest] = this.#counters.keys();
    if (this.#counters.size >= MAX_COUNTERS && oldest !== undefined) this.#counters.delete(oldest);
    this.#counters.set(key, counter);
  }
}
