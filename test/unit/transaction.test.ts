import type { EntityManager } from "@mikro-orm/core";
import { type TransactionOutcome, transact } from "../../src/database/transaction.js";

describe("a transaction whose connection is lost at the COMMIT", () => {
  /** Only what `transact` asks of MikroORM: the work is done, and then the answer to the COMMIT does not come. */
  function losingAtCommit(readOutcome: () => Promise<TransactionOutcome>, losses = 1): EntityManager {
    let begun = 0;
    const connection = {
      async transact(work: (transaction: object, markId: string) => Promise<unknown>) {
        begun += 1;
        const result = await work({}, "the mark");
        if (begun <= losses) throw new Error("Connection terminated unexpectedly");
        return result;
      },
      readOutcome,
    };
    const em = {
      getDriver: () => ({ getConnection: () => connection }),
      fork: () => em,
      setTransactionContext() {},
      resetTransactionContext() {},
      async flush() {},
    };
    return em as unknown as EntityManager;
  }

  const runs = { count: 0 };
  const work = async () => {
    runs.count += 1;
    return runs.count;
  };
  beforeEach(() => {
    runs.count = 0;
  });

  test("50: was made when the database says so, once", async () => {
    expect(
      await transact(
        losingAtCommit(async () => "committed"),
        work,
      ),
    ).toBe(1);
    expect(runs.count).toBe(1);
  });

  test("51: is made again when the database says that it was not", async () => {
    expect(
      await transact(
        losingAtCommit(async () => "aborted"),
        work,
      ),
    ).toBe(2);
  });

  test("51: is asked about again while the database does not know yet, or fails", async () => {
    const answers: (() => Promise<TransactionOutcome>)[] = [
      () => Promise.reject(new Error("lock timeout")),
      async () => "unknown",
      async () => "committed",
    ];
    const ask = () => (answers.shift() as () => Promise<TransactionOutcome>)();
    expect(await transact(losingAtCommit(ask), work)).toBe(1);
  });

  test("51: fails, and is not made again, when the database does not say in time", async () => {
    const startedAt = performance.now();
    const em = losingAtCommit(() => new Promise(() => {}));
    await expect(transact(em, work)).rejects.toThrow("Connection terminated");
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(runs.count).toBe(1);
  });

  test("51: is given up after five times", async () => {
    await expect(
      transact(
        losingAtCommit(async () => "aborted", 100),
        work,
      ),
    ).rejects.toThrow("terminated");
    expect(runs.count).toBe(5);
  });
});
