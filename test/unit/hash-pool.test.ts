import { Worker } from "node:worker_threads";
import { jest } from "@jest/globals";
import { AppError } from "../../src/lib/app-error.js";
import { HashPool, type HashTask } from "../../src/modules/password/hash-pool.js";

const TASK: HashTask = {
  kind: "hash",
  password: "x",
  cost: { memoryKib: 64, iterations: 1, parallelism: 1 },
};
const SLOW: HashTask = {
  kind: "hash",
  password: "x",
  cost: { memoryKib: 65_536, iterations: 6, parallelism: 1 },
};

describe("the hash pool", () => {
  /** The threads of a pool, seen as they get their work. */
  function watchWorkers(): Set<Worker> {
    const workers = new Set<Worker>();
    const post = Worker.prototype.postMessage;
    jest.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, message) {
      workers.add(this);
      post.call(this, message);
    });
    return workers;
  }

  afterEach(() => jest.restoreAllMocks());

  test("computes no more at once than it may, and refuses what its queue does not hold", async () => {
    const workers = watchWorkers();
    const pool = new HashPool({ concurrency: 2, queue: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => pool.run(TASK)));
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(5).fill("fulfilled"),
      ...Array(3).fill("rejected"),
    ]);
    for (const outcome of outcomes.slice(5)) {
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(AppError);
      expect(reason.extensions).toMatchObject({
        code: "SERVICE_UNAVAILABLE",
        retryAfter: expect.any(Number),
      });
    }
    expect(workers.size).toBe(2);
    await pool.close();
  });

  test("goes on when a thread has ended, idle or at work", async () => {
    const workers = watchWorkers();
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    await pool.run(TASK);
    await [...workers][0]?.terminate();
    expect(await pool.run(TASK)).toContain("$argon2id$");

    const atWork = pool.run(SLOW);
    const waiting = pool.run(TASK);
    const ending = [...workers][1]?.terminate();
    await expect(atWork).rejects.toThrow("A hashing thread ended");
    expect(await waiting).toContain("$argon2id$");
    await ending;
    expect(workers.size).toBe(3);
    await pool.close();
  });

  test("on closing finishes what is in hand and refuses the rest", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    const outcomes = Promise.allSettled([pool.run(TASK), pool.run(TASK)]);
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(pool.run(TASK)).rejects.toThrow(AppError);
  });
});
