import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/config.js";
import { openDatabase } from "../../src/database/database.js";
import { migrations as postgresqlMigrations } from "../../src/migrations/postgresql/index.js";
import { migrations as sqliteMigrations } from "../../src/migrations/sqlite/index.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { SigningKey } from "../../src/modules/token/signing-key.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { signedUp } from "../support/journeys.js";
import { ROOT } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";
import { createTestDatabase, isPostgresql } from "../support/test-database.js";

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

  test("let signing keys of before sign from their making on", async () => {
    const database = await createTestDatabase({ durable: true });
    const config = loadConfig({ DATABASE_URL: database.url });
    const opened = await openDatabase(config);
    try {
      const [initial] = isPostgresql ? postgresqlMigrations : sqliteMigrations;
      await opened.orm.migrator.up({ to: initial?.name ?? "" });
      const made = isPostgresql ? "'2026-01-02T03:04:05.678Z'" : "1767323045678";
      await opened.orm.em
        .getConnection()
        .execute(`insert into signing_keys values ('kid', 'ES256', 1, 'sealed', ${made})`);
      await opened.migrate();
      const [key] = await opened.orm.em.fork().find(SigningKey, {});
      expect(key).toMatchObject({ kid: "kid", algorithm: "ES256", sequence: 1, sealedPrivateKey: "sealed" });
      expect(key?.signsFrom).toEqual(new Date("2026-01-02T03:04:05.678Z"));
      expect(key?.createdAt).toEqual(key?.signsFrom);
    } finally {
      await opened.orm.close();
      await database.drop();
    }
  });

  test.each([
    ["sqlite", sqliteMigrations],
    ["postgresql", postgresqlMigrations],
  ])("of %s are all listed, in order", (kind, migrations) => {
    const files = readdirSync(join(ROOT, "src/migrations", kind)).filter((file) =>
      file.startsWith("Migration"),
    );
    expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  });

  test("50: of many instances that start at once on an empty database, one migrates and all serve", async () => {
    const first = await TestApp.startDurable();
    const database = await createTestDatabase({ durable: true });
    try {
      const environment = { DATABASE_URL: database.url, AUTH_SECRET: first.secret };
      const apps = await Promise.all(Array.from({ length: 4 }, () => TestApp.start(environment)));
      const applied = apps.flatMap(({ logLines }) => logLines.filter((line) => line.includes("applied ")));
      expect(applied).toHaveLength((isPostgresql ? postgresqlMigrations : sqliteMigrations).length);
      for (const app of apps) await signedUp(app);
      await Promise.all(apps.map((app) => app.close()));
    } finally {
      await database.drop();
    }
  });
});
