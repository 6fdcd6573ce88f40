import { MemoryAttemptLimiter } from "../../src/modules/attempt-limit/attempt-limiter.memory.js";

const LIMIT = { name: "test", max: 2, windowSeconds: 900 };

describe("counters in memory", () => {
  test("13: one that holds somebody back is not washed away with ever so many others", async () => {
    const limiter = new MemoryAttemptLimiter(() => 0);
    for (let i = 0; i < 2; i++) await limiter.take(LIMIT, "victim");
    expect(await limiter.take(LIMIT, "victim")).toEqual({ retryAfter: 30 });
    for (let i = 0; i < 120_000; i++) await limiter.take(LIMIT, `other ${i}`);
    expect(await limiter.take(LIMIT, "victim")).toEqual({ retryAfter: 30 });
    // The others make room for each other: memory stays bounded.
    expect(await limiter.take(LIMIT, "other 0")).toMatchObject({ blockedUntil: 0 });
  });

  test("are pruned when their time has passed", async () => {
    let now = 0;
    const limiter = new MemoryAttemptLimiter(() => now);
    await limiter.take(LIMIT, "once");
    for (let i = 0; i < 2; i++) await limiter.take(LIMIT, "blocked");
    now = 899_999;
    expect(await limiter.prune()).toBe(0);
    now = 900_000;
    expect(await limiter.prune()).toBe(1);
    now = 930_000;
    expect(await limiter.prune()).toBe(1);
  });
});
