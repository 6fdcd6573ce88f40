import { inspect, parseArgs } from "node:util";
import { killServers } from "../support/server-process.js";
import { commitCrash } from "./commit-crash.js";
import { commitCut } from "./commit-cut.js";
import { databaseOutage } from "./database-outage.js";
import { Report } from "./figures.js";
import { kill } from "./kill.js";
import { loginFlood } from "./login-flood.js";
import { mail } from "./mail.js";
import { CannotRun, type DatabaseKind, type FaultProgram, type Setting } from "./program.js";
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

const USAGE = `npm run test:faults -- [program ...] [--short] [--rounds N] [--database sqlite|postgresql] [--at-once N]
programs: ${PROGRAMS.map(({ name }) => name).join(", ")}`;

type Result = "holds" | "BROKEN" | "COULD NOT RUN";

interface Run {
  readonly program: FaultProgram;
  readonly kind: DatabaseKind;
}

type Extent = Pick<Setting, "short" | "rounds">;

/** Everything that must be undone when the person at the keyboard has had enough. */
const scopes = new Set<Scope>();

async function main(): Promise<number> {
  const { runs, atOnce, ...extent } = readArguments();
  const results = new Map<Run, Result>();
  const performAll = async (waiting: Run[], isAside: boolean): Promise<void> => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift())
      results.set(run, await perform(run, extent, isAside));
  };
  const aside = atOnce > 1 ? runs.filter(({ program }) => !program.isAlone) : [];
  await Promise.all(Array.from({ length: atOnce }, () => performAll(aside, true)));
  await performAll(
    runs.filter((run) => !results.has(run)),
    false,
  );
  console.log("\nFault programs:");
  for (const run of runs) console.log(`  ${nameOf(run).padEnd(32)} ${results.get(run)}`);
  return isGreen([...results.values()], extent.short) ? 0 : 1;
}

/** CI has to prove everything; at a desk something may be missing, as long as anything was proved. */
function isGreen(results: readonly Result[], short: boolean): boolean {
  if (results.includes("BROKEN") || !results.includes("holds")) return false;
  return !(short && results.includes("COULD NOT RUN"));
}

async function perform(run: Run, { short, rounds }: Extent, isAside: boolean): Promise<Result> {
  const { program, kind } = run;
  const lines = [`\n${nameOf(run)} - ${program.promise}`];
  // Of those side by side, each shows what it has to say in one piece.
  const write = (line: string): void => void (isAside ? lines.push(line) : console.log(line));
  if (!isAside) console.log(lines[0]);
  const report = new Report(write);
  const scope = new Scope();
  scopes.add(scope);
  try {
    await program.run({ kind, short, rounds, scope }, report);
    return report.verdict() ? "holds" : "BROKEN";
  } catch (error) {
    if (error instanceof CannotRun) {
      write(`  !!! COULD NOT RUN, nothing was proved: ${error.message}`);
      return "COULD NOT RUN";
    }
    write(`  BROKEN: the program itself failed: ${inspect(error)}`);
    return "BROKEN";
  } finally {
    await scope.close();
    scopes.delete(scope);
    if (isAside) console.log(lines.join("\n"));
  }
}

const nameOf = ({ program, kind }: Run): string => `${program.name} (${kind})`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: "boolean", default: false },
      rounds: { type: "string" },
      database: { type: "string" },
      "at-once": { type: "string", default: "1" },
    },
  });
  const rounds = values.rounds === undefined ? undefined : readCount("--rounds", values.rounds);
  const atOnce = readCount("--at-once", values["at-once"]);
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
  return { short: values.short, rounds, atOnce, runs };
}

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count > 0))
    throw new Error(`${option} must be a number above 0\n${USAGE}`);
  return count;
}

async function abort(reason: unknown, exitCode: number): Promise<void> {
  console.error("\nCleaning up:", reason);
  await Promise.all([...scopes].map((scope) => scope.close()));
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
