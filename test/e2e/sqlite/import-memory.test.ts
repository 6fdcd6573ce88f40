import { runCli } from "../../support/cli-process.js";
import { TestApp } from "../../support/test-app.js";
import { commandEnvironment, UserFiles } from "../../support/user-files.js";

const LINES = 25_000;
const HEAP_MIB = 48;

test("a file is imported and exported in less memory than it is long", async () => {
  const app = await TestApp.startDurable();
  const files = new UserFiles();
  const picture = `https://example.org/${"x".repeat(2000)}`;
  const lines = Array.from({ length: LINES }, (_, index) => ({ email: `p${index}@example.org`, picture }));
  const environment = { ...commandEnvironment(app), NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` };
  try {
    const file = files.write("users.ndjson", lines);
    for (const dryRun of [["--dry-run"], []]) {
      expect(await runCli(["import-users", "--file", file, ...dryRun], { environment })).toMatchObject({
        code: 0,
      });
    }
    const exported = ["export-users", "--file", files.path("out.ndjson")];
    expect(await runCli(exported, { environment })).toEqual({
      code: 0,
      stdout: "Exported 25,000 users.\n",
      stderr: "",
    });
  } finally {
    files.remove();
  }
}, 120_000);
