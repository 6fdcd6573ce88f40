import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../support/repository.js";

// Whether it measures is seen in .ci/run: its load would disturb the tests beside it.
test("npm run bench refuses what it does not know", () => {
  const args = [join(ROOT, "dist/bench/main.js"), "everything"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^There is no scenario everything: me, .*\n\nnpm run bench --/);
});
