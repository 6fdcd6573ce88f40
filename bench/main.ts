import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fastEngine } from "../src/modules/password/argon2-engine.js";
import { Scope } from "../test/faults/scope.js";
import { ROOT } from "../test/support/repository.js";
import { killServers } from "../test/support/server-process.js";
import { CANDIDATES } from "./candidates/index.js";
import { Cores } from "./cores.js";
import { describeMachine } from "./machine.js";
import { type BenchOptions, readOptions } from "./options.js";
import { performAll } from "./performance.js";
import { chartOf, toSvg } from "./plot.js";
import { type Run, tablesOf, toResultsFile } from "./report.js";
import type { Scenario } from "./scenario.js";
import { coldStart } from "./scenarios/cold-start.js";
import { growth } from "./scenarios/growth.js";
import { memory } from "./scenarios/memory.js";
import { requestScenarios } from "./scenarios/requests.js";
import { saturation } from "./scenarios/saturation.js";
import { scale } from "./scenarios/scale.js";
import { killBenchServers } from "./server.js";
import { toText } from "./table.js";
import { judge, tableOfJudgements } from "./targets.js";

const SCENARIOS: readonly Scenario[] = [...requestScenarios, saturation, coldStart, memory, growth, scale];
/** What the picture shows, on SQLite. */
const PLOTTED = ["me", "refresh", "login"];

const scope = new Scope();
const interruption = new AbortController();

async function main(options: BenchOptions): Promise<number> {
  const cores = Cores.find();
  cores.pinSelf();
  const machine = await describeMachine();
  for (const line of [...machine, cores.describe()]) console.log(line);
  const scenarios = SCENARIOS.filter(
    ({ name }) => options.names.length === 0 || options.names.includes(name),
  );
  const { series, absences } = await performAll({
    scenarios,
    options,
    cores,
    scope,
    signal: interruption.signal,
  });
  const judgements = judge(series, await hashEngine());
  const judged = judgements.filter(({ holds }) => holds !== undefined);
  if (judged.length > 0) console.log(`\nWhat is promised, on SQLite:\n${toText(tableOfJudgements(judged))}`);
  const candidates = CANDIDATES.filter(({ name }) => series.some(({ contestant }) => contestant === name));
  const run: Run = { scenarios, candidates, series, judgements, absences, machine, cores, options };
  if (options.write) writeResults(run);
  const isWhole = series.every(({ failure }) => failure === undefined) && series.length > 0;
  return isWhole && judgements.every(({ holds }) => holds !== false) ? 0 : 1;
}

function writeResults(run: Run): void {
  const charts = run.scenarios
    .filter(({ name }) => PLOTTED.includes(name))
    .flatMap((scenario) => {
      const [[title, series] = ["", []]] = [...tablesOf(scenario, run.series)];
      const by = scenario.judgedBy === "rate" ? "by rate" : "by server time";
      return (
        chartOf(
          `${scenario.name}: times Latchkey's cost, ${by}, logarithmic (${title})`,
          series,
          scenario.judgedBy,
        ) ?? []
      );
    });
  writeFileSync(join(ROOT, "bench/RESULTS.md"), toResultsFile(run));
  writeFileSync(join(ROOT, "bench/results.svg"), toSvg(charts));
  writeFileSync(join(ROOT, "bench/results.json"), JSON.stringify(run.series, null, 1));
  console.log("\nWritten: bench/RESULTS.md, bench/results.svg, and all rounds in bench/results.json");
}

/** Which one Latchkey finds here, as the raw hash rate names it. */
const hashEngine = (): Promise<string> =>
  fastEngine().then(
    () => "node-rs",
    () => "argon2",
  );

async function abort(reason: unknown, exitCode: number): Promise<void> {
  console.error("\nCleaning up:", reason);
  interruption.abort();
  await scope.close();
  process.exit(exitCode);
}

process.once("SIGINT", () => void abort("interrupted", 130));
process.once("SIGTERM", () => void abort("terminated", 143));
process.once("uncaughtException", (error) => void abort(error, 1));
process.on("exit", () => {
  killServers();
  killBenchServers();
});

try {
  const names = SCENARIOS.map(({ name }) => name);
  process.exitCode = await main(readOptions(process.argv.slice(2), names));
} catch (error) {
  if (!interruption.signal.aborted) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
if (!interruption.signal.aborted) {
  await scope.close();
  // Whatever has been left behind: the figures are there.
  process.exit();
}
