import { type Clock, secondsToMs } from "../../lib/clock.js";
import {
  type AttemptLimit,
  type AttemptLimiter,
  type CountedAttempt,
  counterKey,
  delayMs,
  type RefusedAttempt,
  refusedUntil,
} from "./attempt-limiter.js";

interface Counter {
  count: number;
  readonly startedAt: number;
  blockedUntil: number;
  /** What blockedUntil was before the latest attempt. */
  blockedBefore: number;
  readonly windowMs: number;
}

/** About 30 MB. */
const MAX_COUNTERS = 100_000;

/** How far to look for a counter that nobody misses before one that holds somebody back has to go. */
const MAX_SPARED = 1000;

/** For one process: what SQLite serves. A restart forgets. */
export class MemoryAttemptLimiter implements AttemptLimiter {
  readonly #counters = new Map<string, Counter>();

  constructor(private readonly clock: Clock) {}

  async take(limit: AttemptLimit, subject: string): Promise<CountedAttempt | RefusedAttempt> {
    const key = counterKey(limit, subject);
    const now = this.clock();
    const current = this.#counters.get(key);
    if (current !== undefined && current.blockedUntil > now) return refusedUntil(current.blockedUntil, now);
    const counter =
      current === undefined || isOver(current, now)
        ? {
            count: 0,
            startedAt: now,
            blockedUntil: 0,
            blockedBefore: 0,
            windowMs: secondsToMs(limit.windowSeconds),
          }
        : current;
    counter.count += 1;
    counter.blockedBefore = counter.blockedUntil;
    const delay = delayMs(limit, counter.count);
    if (delay > 0) counter.blockedUntil = now + delay;
    this.#store(key, counter);
    return {
      key,
      startedAt: counter.startedAt,
      blockedUntil: delay > 0 ? counter.blockedUntil : 0,
      max: limit.max,
    };
  }

  async giveBack({ key, startedAt, blockedUntil, max }: CountedAttempt): Promise<void> {
    const counter = this.#counters.get(key);
    if (counter === undefined || counter.startedAt !== startedAt) return;
    counter.count -= 1;
    if (counter.count < max) counter.blockedUntil = 0;
    else if (blockedUntil > 0 && counter.blockedUntil === blockedUntil)
      counter.blockedUntil = counter.blockedBefore;
  }

  async forget({ key }: Pick<CountedAttempt, "key">): Promise<void> {
    this.#counters.delete(key);
  }

  async prune(): Promise<number> {
    const now = this.clock();
    const before = this.#counters.size;
    for (const [key, counter] of this.#counters) if (isOver(counter, now)) this.#counters.delete(key);
    return before - this.#counters.size;
  }

  /** Set anew each time, so that the first of the map is the one that was used least recently. */
  #store(key: string, counter: Counter): void {
    this.#counters.delete(key);
    if (this.#counters.size >= MAX_COUNTERS) this.#evict();
    this.#counters.set(key, counter);
  }

  /** The least recently used one, but not one that holds somebody back: nobody washes that away with many others. */
  #evict(): void {
    const now = this.clock();
    const [oldest] = this.#counters.keys();
    let spared = 0;
    for (const [key, { blockedUntil }] of this.#counters) {
      if (blockedUntil <= now) {
        this.#counters.delete(key);
        return;
      }
      spared += 1;
      if (spared === MAX_SPARED) break;
    }
    if (oldest !== undefined) this.#counters.delete(oldest);
  }
}

function isOver({ startedAt, blockedUntil, windowMs }: Counter, now: number): boolean {
  return Math.max(startedAt, blockedUntil) + windowMs <= now;
}
