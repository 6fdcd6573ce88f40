import { parseArgs } from "node:util";
import { Scope } from "../test/faults/scope.js";
import { killServers } from "../test/support/server-process.js";
import { type BenchOptions, DATABASE_KINDS } from "./options.js";
import { scale } from "./scale.js";

/** Returns whether what it is to show was seen. */
type Benchmark = (options: BenchOptions) => Promise<boolean>;

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([["scale", scale]]);

const USAGE = `npm run bench -- <name> [--database sqlite|postgresql] [--users N] [--rounds N]
names: ${[...BENCHMARKS.keys()].join(", ")}`;

const scope = new Scope();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      database: { type: "string" },
      users: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "5" },
    },
  });
  const [name = ""] = positionals;
  const benchmark = BENCHMARKS.get(name);
  const kinds = DATABASE_KINDS.filter((kind) => values.database === undefined || values.database === kind);
  const [users, rounds] = [Number(values.users), Number(values.rounds)];
  if (benchmark === undefined || kinds.length === 0 || !(users > 0) || !(rounds > 0)) {
    console.error(USAGE);
    return 2;
  }
  return (await benchmark({ kinds, users, rounds, scope })) ? 0 : 1;
}

try {
  process.exitCode = await main();
} finally {
  killServers();
  await scope.close();
}
