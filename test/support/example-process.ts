import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { eventually } from "./eventually.js";
import { findFreePort } from "./local-port.js";
import { ROOT } from "./repository.js";

const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A sample of examples/ as its first comment says to run it: its source, by Node alone. @returns where it answers */
export async function startExample(
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [join(ROOT, "examples", path)], {
    env: { PATH: process.env.PATH, PORT: String(port), ...environment },
    stdio: "inherit",
  });
  running.add(child);
  const url = `http://localhost:${port}`;
  return eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${path} has ended with ${child.exitCode}`);
    const answer = await fetch(url, { redirect: "manual" }).catch(() => undefined);
    return answer && url;
  });
}
