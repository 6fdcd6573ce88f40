import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { eventually } from "./eventually.js";
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
  const port = await freePort();
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

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
