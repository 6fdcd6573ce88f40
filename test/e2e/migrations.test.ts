import { readdirSync } from "node:fs";
import { join } from "node:path";
import { migrations } from "../../src/migrations/sqlite/index.js";
import { ROOT } from "../support/repository.js";
import { TestApp } from "../support/test-app.js";

describe("migrations", () => {
  test("lead to what the entities say", async () => {
    const app = await TestApp.start();
    expect(await app.orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe("");
  });

  test("are all listed, in order", () => {
    const files = readdirSync(join(ROOT, "src/migrations/sqlite")).filter((file) =>
      file.startsWith("Migration"),
    );
    expect(migrations.map(({ name }) => `${name}.ts`)).toEqual(files.sort());
  });
});
