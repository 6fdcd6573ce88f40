import { setTimeout as delay } from "node:timers/promises";
import { jest } from "@jest/globals";
import { pino } from "pino";
import { BackgroundJobs } from "../../src/infra/background-jobs.js";
import { createReadinessCheck } from "../../src/infra/readiness.js";

describe("background jobs", () => {
  const silent = pino({ level: "silent" });

  test("run again and again, also after failures, of which the first is logged, and their end", async () => {
    const warn = jest.spyOn(silent, "warn");
    const info = jest.spyOn(silent, "info");
    const jobs = new BackgroundJobs(silent);
    let runs = 0;
    const fifth = Promise.withResolvers<void>();
    const run = async () => {
      runs += 1;
      if (runs === 5) fifth.resolve();
      if (runs < 4) throw new Error("the first times fail");
    };
    jobs.start({ name: "test", everySeconds: 0.01, run });
    await fifth.promise;
    await jobs.stop();
    expect(warn).toHaveBeenCalledTimes(1);
    expect(info).toHaveBeenCalledTimes(1);
    const runsAtStop = runs;
    await delay(50);
    expect(runs).toBe(runsAtStop);
  });

  test("stopping tells the one that runs, and waits for it", async () => {
    const jobs = new BackgroundJobs(silent);
    const started = Promise.withResolvers<void>();
    let isDone = false;
    const run = async (signal: AbortSignal) => {
      started.resolve();
      await delay(50);
      isDone = signal.aborted;
    };
    jobs.start({ name: "slow", everySeconds: 0.001, run });
    await started.promise;
    await jobs.stop();
    expect(isDone).toBe(true);
  });
});

describe("the readiness check", () => {
  const logged: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line).msg) });

  test("51: is not ready when the database fails or hangs, asks once for many, and logs each turn once", async () => {
    const answers: (() => Promise<boolean>)[] = [
      async () => true,
      () => Promise.reject(new Error("gone")),
      () => new Promise(() => {}),
      async () => true,
    ];
    const ask = jest.fn(() => (answers.shift() ?? (async () => true))());
    const isReady = createReadinessCheck(ask, logger);
    expect(await Promise.all([isReady(), isReady(), isReady()])).toEqual([true, true, true]);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(await isReady()).toBe(false);
    const askedAt = performance.now();
    expect(await isReady()).toBe(false);
    expect(performance.now() - askedAt).toBeLessThan(4000);
    expect(await isReady()).toBe(true);
    expect(logged).toEqual(["the database does not serve: not ready", "the database serves again: ready"]);
  });
});
