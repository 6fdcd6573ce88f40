import { parseArgs } from "node:util";
import { killServers } from "../support/server-process.js";
import { commitCrash } from "./commit-crash.js";
import { commitCut } from "./commit-cut.js";
import { databaseOutage } from "./database-outage.js";
import { Report } from "./figures.js";
import { kill } from "./kill.js";
import { loginFlood } from "./login-flood.js";
import { mail } from "./mail.js";
import { CannotRun, type DatabaseKind, type FaultProgram } from "./program.js";
import { rotation } from "./rotation.js";
import { Scope } from "./scope.js";
import { sqliteLock } from "./sqlite-lock.js";
import { stalledLog } from "./stalled-log.js";
import { terminate } from "./terminate.js";
import { twoInstances } from "./two-instances.js";

const PROGRAMS: readonly FaultProgram[] = [
  kill,
  twoInstances,
  databaseOutage,
  commitCut,
  commitCrash,
  terminate,
  stalledLog,
  sqliteLock,
  loginFlood,
  rotation,
  mail,
];

const USAGE = `npm run test:faults -- [program ...] [--short] [--rounds N] [--database sqlite|postgresql]
programs: ${PROGRAMS.map(({ name }) => name).join(", ")}`;

type Result = "holds" | "BROKEN" | "COULD NOT RUN";

interface Run {
  readonly program: FaultProgram;
  readonly kind: DatabaseKind;
}

/** Everything that must be undone when the person at the keyboard has had enough. */
let scope = new Scope();

async function main(): Promise<number> {
  const { short, rounds, runs } = readArguments();
  const results = new Map<string, Result>();
  for (const run of runs) results.set(`${run.program.name} (${run.kind})`, await perform(run, short, rounds));
  console.log("\nFault programs:");
  for (const [name, result] of results) console.log(`  ${name.padEnd(32)} ${result}`);
  return isGreen([...results.values()], short) ? 0 : 1;
}

/** CI has to prove everything; at a desk something may be missing, as long as anything was proved. */
function isGreen(results: readonly Result[], short: boolean): boolean {
  if (results.includes("BROKEN") || !results.includes("holds")) return false;
  return !(short && results.includes("COULD NOT RUN"));
}

async function perform({ program, kind }: Run, short: boolean, rounds: number | undefined): Promise<Result> {
  console.log(`\n${program.name} (${kind}) - ${program.promise}`);
  const report = new Report();
  scope = new Scope();
  try {
    await program.run({ kind, short, rounds, scope }, report);
    return report.verdict() ? "holds" : "BROKEN";
  } catch (error) {
    if (error instanceof CannotRun) {
      console.error(`  !!! COULD NOT RUN, nothing was proved: ${error.message}`);
      return "COULD NOT RUN";
    }
    console.error("  BROKEN: the program itself failed:", error);
    return "BROKEN";
  } finally {
    await scope.close();
  }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: "boolean", default: false },
      rounds: { type: "string" },
      database: { type: "string" },
    },
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds must be a number above 0\n${USAGE}`);
  const names = positionals.length > 0 ? positionals : PROGRAMS.map(({ name }) => name);
  const runs = names.flatMap((name): Run[] => {
    const program = PROGRAMS.find((known) => known.name === name);
    if (program === undefined) throw new Error(`There is no program ${name}\n${USAGE}`);
    const kinds = program.databases.filter(
      (kind) => values.database === undefined || kind === values.database,
    );
    return kinds.map((kind) => ({ program, kind }));
  });
  if (runs.length === 0) throw new Error(`Nothing to run\n${USAGE}`);
  return { short: values.short, rounds, runs };
}

async function abort(reason: unknown, exitCode: number): Promise<void> {
  console.error("\nCleaning up:", reason);
  await scope.close();
  process.exit(exitCode);
}

process.once("SIGINT", () => void abort("interrupted", 130));
process.once("SIGTERM", () => void abort("terminated", 143));
process.once("uncaughtException", (error) => void abort(error, 1));
process.on("exit", killServers);

// Whatever a program has left behind: the verdict is spoken.
process.exit(
  await main().catch((error: Error) => {
    console.error(error.message);
    return 1;
  }),
);
