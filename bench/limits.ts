import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../test/support/repository.js";
import type { CoreShare } from "./cores.js";
import type { Stage } from "./scenario.js";
import type { Contestant } from "./turns.js";

const HASH_RATE = join(ROOT, "bench/peers/dist/hash-rate/main.js");
const BARE_UPDATE = join(ROOT, "dist/bench/bare-update.js");
const HASH_ENGINES = ["node-rs", "argon2"];

export const BARE_UPDATE_NAME = "bare UPDATE";
export const hashRateName = (engine: string): string => `raw hash rate, ${engine}`;

/** How many single updates by primary key the disk and SQLite make durable, on the core of the servers. */
export function bareUpdate({ kind, cores, scope }: Stage): readonly Contestant[] {
  if (kind !== "sqlite") return [];
  const file = join(scope.temporaryFolder(), "bare.db");
  return [
    {
      name: BARE_UPDATE_NAME,
      warmUpSeconds: () => 1,
      async measure(seconds) {
        const args = [BARE_UPDATE, "--file", file, "--seconds", String(seconds)];
        const { updates, seconds: taken } = await runProgram(cores.pin("one", [process.execPath, ...args]));
        return { rate: Number(updates) / Number(taken) };
      },
    },
  ];
}

/** How many passwords the cores of the servers verify per second when they do nothing else. */
export function hashRates({ cores }: Stage): readonly Contestant[] {
  const share: CoreShare = "all";
  return (existsSync(HASH_RATE) ? HASH_ENGINES : []).map((engine) => ({
    name: hashRateName(engine),
    warmUpSeconds: () => 1,
    async measure(seconds) {
      const threads = String(cores.count(share));
      const args = [HASH_RATE, "--engine", engine, "--threads", threads, "--seconds", String(seconds)];
      const { verifications, seconds: taken } = await runProgram(
        cores.pin(share, [process.execPath, ...args]),
      );
      return { rate: Number(verifications) / Number(taken) };
    },
  }));
}

/** What a program prints as JSON. */
async function runProgram([program, ...args]: readonly [string, ...string[]]): Promise<
  Record<string, unknown>
> {
  const { stdout } = await promisify(execFile)(program, args);
  return JSON.parse(stdout);
}
