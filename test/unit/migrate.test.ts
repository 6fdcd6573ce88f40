import { LockWaitTimeoutException } from "@mikro-orm/core";
import type { MikroORM } from "@mikro-orm/sqlite";
import { migrate } from "../../src/database.js";

describe("migrating", () => {
  /** A database whose migrator fails so many times before it succeeds. */
  const failing = (times: number, error: Error) => {
    let calls = 0;
    const up = async () => {
      calls += 1;
      if (calls <= times) throw error;
      return [{ name: "Migration1" }];
    };
    return { orm: { migrator: { up } } as unknown as MikroORM, calls: () => calls };
  };
  const locked = new LockWaitTimeoutException(new Error("database is locked"));

  test("waits for another process that migrates at the same time", async () => {
    expect(await migrate(failing(2, locked).orm)).toEqual(["Migration1"]);
  });

  test("gives up after a while, and at once when it is not about that", async () => {
    const forever = failing(1000, locked);
    await expect(migrate(forever.orm)).rejects.toBe(locked);
    expect(forever.calls()).toBe(10);
    const broken = failing(1, new Error("disk I/O error"));
    await expect(migrate(broken.orm)).rejects.toThrow("disk I/O error");
    expect(broken.calls()).toBe(1);
  });
});
