import { statSync } from "node:fs";
import { jest } from "@jest/globals";
import { Migrator } from "@mikro-orm/migrations";
import { signedUp, stateOf } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

describe("a first start on SQLite", () => {
  test("waits for another process that migrates at the same time, but not for ever and for nothing else", async () => {
    const { migrate } = await migrationsOf();
    const up = jest.spyOn(Migrator.prototype, "up");
    const failWith = (message: string, code: string, times: number) => {
      up.mockReset().mockResolvedValue([{ name: "Migration1" }]);
      for (let i = 0; i < times; i++) up.mockRejectedValueOnce(Object.assign(new Error(message), { code }));
    };
    failWith("database is locked", "SQLITE_BUSY", 1);
    expect(await migrate()).toEqual(["Migration1"]);
    failWith("table `mikro_orm_migrations` already exists", "SQLITE_ERROR", 2);
    expect(await migrate()).toEqual(["Migration1"]);
    failWith("no such table: users", "SQLITE_ERROR", 1);
    await expect(migrate()).rejects.toThrow("no such table");
    failWith("database is locked", "SQLITE_BUSY", 1000);
    await expect(migrate()).rejects.toThrow("database is locked");
    expect(up).toHaveBeenCalledTimes(10);
  });

  test("goes on with a file that another first start is just switching to WAL", async () => {
    const { client } = await migrationsOf();
    const pragma = jest.spyOn(Object.getPrototypeOf(client), "pragma").mockImplementationOnce(() => {
      throw Object.assign(new Error("database is locked"), { code: "SQLITE_BUSY" });
    });
    const app = await TestApp.startDurable();
    expect(pragma.mock.calls.slice(0, 2)).toEqual([["journal_mode = WAL"], ["journal_mode = WAL"]]);
    expect(await app.execute("pragma journal_mode")).toEqual([{ journal_mode: "wal" }]);
  });

  test("forgets the samples that somebody's ANALYZE has left, by which each look-up would be planned anew", async () => {
    const app = await TestApp.startDurable();
    for (let i = 0; i < 30; i++) await signedUp(app);
    await app.execute("analyze");
    const countSamples = async () =>
      Number((await app.database.ask("select count(*) as count from sqlite_stat4"))[0]?.count);
    expect(await countSamples()).toBeGreaterThan(0);
    const again = await app.startAnother();
    expect(await countSamples()).toBe(0);
    expect((await again.database.ask("select count(*) as count from sqlite_stat1"))[0]?.count).not.toBe(0);
    expect(await stateOf(again, (await signedUp(again)).accessToken)).toBe("alive");
  });

  test("17: makes a file that only its owner can read", async () => {
    const { database } = await TestApp.startDurable();
    const file = database.url.replace("sqlite:", "");
    const modes = [file, `${file}-wal`, `${file}-shm`].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
  });

  async function migrationsOf() {
    const { databaseConnection } = await TestApp.start();
    if (databaseConnection.kind !== "sqlite") throw new Error("This is about SQLite");
    return databaseConnection;
  }
});
