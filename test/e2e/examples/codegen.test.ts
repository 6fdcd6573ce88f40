import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameOf, operations } from "../../support/operations.js";
import { ROOT } from "../../support/repository.js";

/** How the types are used is in examples/web/src/gql.test-d.ts, which `npm run check` compiles. */
describe("npm run codegen", () => {
  let folder: string;
  let types: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    // Beside the checkout, where somebody may be at work with what was generated there.
    for (const path of ["package.json", "schema.graphql", "examples/operations", "examples/web/codegen.ts"]) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const codegen = join(ROOT, "node_modules/.bin/graphql-codegen");
    execFileSync(codegen, ["--config", "codegen.ts"], { cwd: join(folder, "examples/web"), stdio: "pipe" });
    types = readFileSync(join(folder, "examples/web/src/gql/graphql.ts"), "utf8");
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("makes a typed document of every operation", () => {
    const names = [...types.matchAll(/^export const (\w+)Document = .* DocumentNode<(\w+), \w+>;$/gm)]
      .filter(([, , result = ""]) => !result.endsWith("Fragment"))
      .map(([, name]) => name);
    expect(names.sort()).toEqual(operations.map(nameOf).sort());
  });

  test("leaves nothing untyped but JSON: what passkeys have to say", () => {
    const code = types.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^export const .*$/gm, "");
    expect(code.match(/\bany\b/g)).toBeNull();
    const fields = [...code.matchAll(/(\w+): unknown/g)].map(([, field]) => field);
    expect(new Set(fields)).toEqual(new Set(["response", "options"]));
  });
});
