import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
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

  /** One hash, as the only one of its request. */
  async function compute(pool: HashPool, task = TASK): Promise<string | boolean> {
    using admission = pool.admit();
    return await pool.run(task, admission);
  }

  afterEach(() => jest.restoreAllMocks());

  test("computes no more at once than it may, and refuses what its queue does not hold", async () => {
    const workers = watchWorkers();
    const pool = new HashPool({ concurrency: 2, queue: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => compute(pool)));
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

  test("admits no more than may work and wait, whatever those admitted are doing", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 1 });
    const first = pool.admit();
    pool.admit();
    expect(() => pool.admit()).toThrow(AppError);
    first[Symbol.dispose]();
    await compute(pool);
    await pool.close();
  });

  test("refuses what has waited until its deadline, while it waits", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    const atWork = compute(pool, SLOW);
    const late = pool.run(TASK, { ...pool.admit(), deadlineMs: performance.now() + 20 });
    await expect(Promise.race([late, atWork])).rejects.toThrow(AppError);
    await atWork;
    expect(await compute(pool)).toContain("$argon2id$");
    await pool.close();
  });

  test("15: whoever has had a turn is not refused at the deadline, or a password that was tried would not count", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    using admission = { ...pool.admit(), deadlineMs: performance.now() + 200 };
    await pool.run(TASK, admission);
    const atWork = compute(pool, SLOW);
    await delay(200);
    expect(await pool.run(TASK, admission)).toContain("$argon2id$");
    await atWork;
    await pool.close();
  });

  test("finishes first whom it has begun with", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    using admission = pool.admit();
    await pool.run(TASK, admission);
    const finished: string[] = [];
    const atWork = compute(pool, SLOW);
    const stranger = compute(pool).then(() => finished.push("stranger"));
    const begun = pool.run(TASK, admission).then(() => finished.push("begun"));
    await Promise.all([atWork, stranger, begun]);
    expect(finished).toEqual(["begun", "stranger"]);
    await pool.close();
  });

  test("goes on when a thread has ended, idle or at work", async () => {
    const workers = watchWorkers();
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    await compute(pool);
    await [...workers][0]?.terminate();
    expect(await compute(pool)).toContain("$argon2id$");

    const atWork = compute(pool, SLOW);
    const waiting = compute(pool);
    const ending = [...workers][1]?.terminate();
    await expect(atWork).rejects.toThrow("A hashing thread ended");
    expect(await waiting).toContain("$argon2id$");
    await ending;
    expect(workers.size).toBe(3);
    await pool.close();
  });

  test("gives a thread its next hash beforehand, as long as there is enough for all of them", async () => {
    const post = jest.spyOn(Worker.prototype, "postMessage");
    const pool = new HashPool({ concurrency: 2, queue: 9 });
    const outcomes: Promise<unknown>[] = [];
    const inHand = Array.from({ length: 9 }, () => {
      outcomes.push(compute(pool));
      return post.mock.calls.length;
    });
    expect(inHand).toEqual([1, 2, 2, 2, 3, 4, 4, 4, 4]);
    expect([pool.running, pool.waiting]).toEqual([2, 7]);
    await Promise.all(outcomes);
    expect([pool.running, pool.waiting]).toEqual([0, 0]);
    await pool.close();
  });

  test("a thread answers in order, also with the portable engine, which computes outside of it", async () => {
    const script = new URL("../../src/modules/password/hash.worker.js", import.meta.url);
    // Where the fast one is not found.
    const worker = new Worker(script, { env: { NAPI_RS_NATIVE_LIBRARY_PATH: "/nowhere" } });
    for (const task of [SLOW, TASK]) worker.postMessage(task);
    const [first] = await once(worker, "message");
    expect(first).toEqual({ value: expect.stringContaining("m=65536,") });
    await worker.terminate();
  });

  test("what a thread was given beforehand is computed by another when that one ends", async () => {
    const workers = watchWorkers();
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    const atWork = compute(pool, SLOW);
    const next = [compute(pool), compute(pool)];
    expect(Worker.prototype.postMessage).toHaveBeenCalledTimes(2);
    const ending = [...workers][0]?.terminate();
    await expect(atWork).rejects.toThrow("A hashing thread ended");
    expect(await Promise.all(next)).toEqual([
      expect.stringContaining("$argon2id$"),
      expect.stringContaining("$argon2id$"),
    ]);
    await ending;
    await pool.close();
  });

  test("on closing finishes what is in hand and refuses the rest", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 4 });
    const outcomes = Promise.allSettled([compute(pool), compute(pool)]);
    await pool.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(compute(pool)).rejects.toThrow(AppError);
  });
});
