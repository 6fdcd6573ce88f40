import { spawnSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "../../test/support/repository.js";

export const PEERS = join(ROOT, "bench/peers");
/** What npm writes at the end of an installation. */
const INSTALLED = join(PEERS, "node_modules/.package-lock.json");

/**
 * Installs and compiles what Latchkey is measured against, as far as that is not done. None of it is a dependency of
 * Latchkey's own.
 *
 * @throws with one line when the packages cannot be had or do not compile
 */
export function installPeers(): void {
  if (isOlder(INSTALLED, [join(PEERS, "package-lock.json")])) install();
  const sources = globSync("{*,*/*}.{ts,json}", {
    cwd: PEERS,
    exclude: (name) => /^(?:node_modules|dist)\b/.test(name),
  });
  if (
    isOlder(join(PEERS, "dist/settings.js"), [...sources.map((source) => join(PEERS, source)), INSTALLED])
  ) {
    compile();
  }
}

function install(): void {
  // The types, too, whatever NODE_ENV says.
  console.error("Installing the peers' packages …");
  const { status, stderr } = spawnSync("npm", ["ci", "--include=dev"], { cwd: PEERS, encoding: "utf8" });
  if (status === 0) return;
  const [reason = "npm could not be started"] = /^npm error .*/m.exec(stderr ?? "") ?? [];
  throw new Error(`The peers' packages could not be installed (is the registry reachable?): ${reason}`);
}

function compile(): void {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { status, stdout } = spawnSync(process.execPath, [join(typescript, "bin/tsc"), "--project", PEERS], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`The peers do not compile: ${stdout}`);
}

function isOlder(file: string, sources: readonly string[]): boolean {
  if (!existsSync(file)) return true;
  const { mtimeMs } = statSync(file);
  return sources.some((source) => statSync(source).mtimeMs > mtimeMs);
}
