import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process that drops a large heap, and says whether V8 still has it when a while has passed with nothing to do. */
const PROGRAM = `
  import { giveBackMemoryOnceIdle } from ${JSON.stringify(new URL("../../src/infra/idle-memory.js", import.meta.url))};
  let held = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
  const before = process.memoryUsage().heapTotal;
  held = undefined;
  giveBackMemoryOnceIdle();
  const deadline = performance.now() + 20_000;
  const timer = setInterval(() => {
    const isGivenBack = process.memoryUsage().heapTotal < before / 2;
    if (!isGivenBack && performance.now() < deadline) return;
    clearInterval(timer);
    console.log(isGivenBack ? "given back" : "kept");
  }, 500);`;

test("what the start took is given back once there is nothing to do", async () => {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", PROGRAM]);
  expect(stdout).toBe("given back\n");
});
