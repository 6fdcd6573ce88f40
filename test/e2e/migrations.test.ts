import { readdirSync } from "node:fs";
import { join } from "node:path";
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

  test("are all listed, in order", () => {
    const files = readdirSync(join(ROOT, "src/migrations/sqlite")).filter((file) =>
      file.startsWith("Migration"),
    );
    expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  });
});
