import type { Pool } from "pg";
import {
  type AttemptLimit,
  type AttemptLimiter,
  type CountedAttempt,
} from "../../../src/modules/attempt-limit/attempt-limiter.js";
import { MemoryAttemptLimiter } from "../../../src/modules/attempt-limit/attempt-limiter.memory.js";
import { PostgresqlAttemptLimiter } from "../../../src/modules/attempt-limit/attempt-limiter.postgresql.js";
import { TestApp } from "../../support/test-app.js";

const LIMITS: readonly AttemptLimit[] = [
  { name: "one", max: 1, windowSeconds: 900 },
  { name: "three", max: 3, windowSeconds: 900 },
  { name: "brief", max: 2, windowSeconds: 7 },
];

/** The same pseudo-random numbers in each run (Numerical Recipes' generator): what fails once fails again. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describe("counters on PostgreSQL", () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  let client: Pool;
  let limiters: readonly AttemptLimiter[];

  beforeAll(async () => {
    const { databaseConnection } = await TestApp.start();
    if (databaseConnection.kind !== "postgresql") throw new Error("This is about PostgreSQL");
    ({ client } = databaseConnection);
    const clock = () => now;
    limiters = [
      new MemoryAttemptLimiter(clock),
      new PostgresqlAttemptLimiter((query) => client.query(query), clock),
    ];
  });

  const takeAtBoth = (limit: AttemptLimit, subject: string) =>
    Promise.all(limiters.map((limiter) => limiter.take(limit, subject)));

  test.each([1, 2, 3, 4])(
    "13: go by the same rule as those in memory, whatever is done with them (%i)",
    async (seed) => {
      const roll = createDice(seed);
      const open: (readonly CountedAttempt[])[] = [];
      for (let step = 0; step < 500; step++) {
        now += [0, 1, 400, 3000, 31_000, 200_000, 901_000][roll(7)] ?? 0;
        // Now and then the latest, or any other of those under way, comes to its end.
        const ending = [open.length - 1, roll(open.length)][roll(5)];
        const [attempts] = ending === undefined || ending < 0 ? [] : open.splice(ending, 1);
        if (attempts !== undefined) {
          const giveBack = roll(12) > 0;
          await Promise.all(
            limiters.map((limiter, i) => {
              const attempt = attempts[i] as CountedAttempt;
              return giveBack ? limiter.giveBack(attempt) : limiter.forget(attempt);
            }),
          );
          continue;
        }
        const limit = LIMITS[roll(LIMITS.length)] as AttemptLimit;
        const [inMemory, onPostgresql] = await takeAtBoth(limit, `${seed}`);
        const refusals = [inMemory, onPostgresql].map(
          (taken) => taken !== undefined && "retryAfter" in taken,
        );
        expect({ step, taken: onPostgresql }).toEqual({
          step,
          taken: refusals[0] ? inMemory : { ...inMemory, blockedUntil: expect.any(Number) },
        });
        expect(refusals[1]).toBe(refusals[0]);
        if (!refusals[0]) open.push([inMemory, onPostgresql] as CountedAttempt[]);
      }
      expect(open.length).toBeGreaterThan(10);
    },
  );

  test("15: a delay goes with the attempts that justified it, in whatever order they end", async () => {
    const limit = { name: "network", max: 3, windowSeconds: 900 };
    for (const limiter of limiters) {
      const [first, second] = [await limiter.take(limit, "nat"), await limiter.take(limit, "nat")];
      await limiter.take(limit, "nat");
      expect(await limiter.take(limit, "nat")).toEqual({ retryAfter: 30 });
      // The first two turn out to be right. One failure is no reason to wait for anybody.
      for (const attempt of [first, second]) await limiter.giveBack(attempt as CountedAttempt);
      expect(await limiter.take(limit, "nat")).toMatchObject({ max: 3 });
    }
  });

  test.each(["take", "giveBack", "forget"] as const)(
    "do not wait for the disk, behind which an office would queue: %s",
    async (action) => {
      const limit = { name: "office", max: 3, windowSeconds: 900 };
      const attempt = (await limiters[1]?.take(limit, action)) as CountedAttempt;
      const connection = await client.connect();
      try {
        await connection.query("begin");
        const limiter = new PostgresqlAttemptLimiter(
          (query) => connection.query(query),
          () => now,
        );
        await (action === "take" ? limiter.take(limit, action) : limiter[action](attempt));
        const { rows } = await connection.query("show synchronous_commit");
        expect(rows).toEqual([{ synchronous_commit: "off" }]);
        await connection.query("rollback");
        expect((await connection.query("show synchronous_commit")).rows).toEqual([
          { synchronous_commit: "on" },
        ]);
      } finally {
        connection.release();
      }
    },
  );

  test("are pruned when their time has passed, and not before", async () => {
    const [, onPostgresql] = limiters as [AttemptLimiter, AttemptLimiter];
    now += 10_000_000;
    await onPostgresql.prune();
    const limit = { name: "pruned", max: 1, windowSeconds: 900 };
    await onPostgresql.take(limit, "blocked");
    now += 29_000;
    expect(await onPostgresql.prune()).toBe(0);
    expect(await onPostgresql.take(limit, "blocked")).toEqual({ retryAfter: 1 });
    now += 1_801_000;
    expect(await onPostgresql.prune()).toBe(1);
  });
});
