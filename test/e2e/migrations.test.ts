import { readdirSync } from "node:fs";
import { join } from "node:path";
import { jest } from "@jest/globals";
import { Migrator } from "@mikro-orm/migrations";
import { migrate } from "../../src/database.js";
import { migrations } from "../../src/migrations/sqlite/index.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { signedUp } from "../support/journeys.js";
import { ROOT } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

describe("migrations", () => {
  test("lead to what the entities say", async () => {
    const app = await TestApp.start();
    expect(await app.orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe("");
  });

  test("store dates so that what was read and not changed is not written back", async () => {
    const app = await TestApp.start();
    await signedUp(app);
    const em = app.orm.em.fork();
    expect((await em.find(User, {})).length + (await em.find(Session, {})).length).toBe(2);
    app.statements.length = 0;
    await em.flush();
    expect(app.statements.filter((sql) => sql.startsWith("update"))).toEqual([]);
  });

  test("wait for another process that migrates at the same time, but not for ever and for nothing else", async () => {
    const { orm } = await TestApp.start();
    const up = jest.spyOn(Migrator.prototype, "up");
    const failWith = (message: string, times: number) => {
      up.mockReset().mockResolvedValue([{ name: "Migration1" }]);
      for (let i = 0; i < times; i++) up.mockRejectedValueOnce(new Error(message));
    };
    failWith("database is locked", 1);
    expect(await migrate(orm)).toEqual(["Migration1"]);
    failWith("table `mikro_orm_migrations` already exists", 2);
    expect(await migrate(orm)).toEqual(["Migration1"]);
    failWith("disk I/O error", 1);
    await expect(migrate(orm)).rejects.toThrow("disk I/O error");
    failWith("database is locked", 1000);
    await expect(migrate(orm)).rejects.toThrow("database is locked");
    expect(up).toHaveBeenCalledTimes(10);
  });

  test("begin on a file that another first start is just switching to WAL", async () => {
    const { orm } = await TestApp.start();
    const sqlite = await orm.em.getConnection().getNativeClient();
    const pragma = jest.spyOn(Object.getPrototypeOf(sqlite), "pragma").mockImplementationOnce(() => {
      throw new Error("database is locked");
    });
    const app = await TestApp.startOnFile();
    expect(pragma.mock.calls.slice(0, 2)).toEqual([["journal_mode = WAL"], ["journal_mode = WAL"]]);
    expect(
      (await app.orm.em.getConnection().getNativeClient()).pragma("journal_mode", { simple: true }),
    ).toBe("wal");
  });

  test("are all listed, in order", () => {
    const files = readdirSync(join(ROOT, "src/migrations/sqlite")).filter((file) =>
      file.startsWith("Migration"),
    );
    expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  });
});
