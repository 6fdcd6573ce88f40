import type { Candidate } from "./candidates/candidate.js";
import type { Cores } from "./cores.js";
import { CONNECTIONS, HASH_CONNECTIONS } from "./load.js";
import type { BenchOptions } from "./options.js";
import type { Scenario } from "./scenario.js";
import type { Series } from "./series.js";
import { formatCount, tableOf, toMarkdown } from "./table.js";
import { type Judgement, tableOfJudgements } from "./targets.js";

export interface Run {
  readonly scenarios: readonly Scenario[];
  readonly candidates: readonly Candidate[];
  readonly series: readonly Series[];
  readonly judgements: readonly Judgement[];
  /** Who could not be measured, and why. */
  readonly absences: ReadonlyMap<string, string>;
  /** Line by line. */
  readonly machine: readonly string[];
  readonly cores: Cores;
  readonly options: BenchOptions;
}

const KIND_NAMES = { sqlite: "SQLite", postgresql: "PostgreSQL" } as const;

/** What stands in one table, by its title: what is about growth has its sizes side by side. */
export function tablesOf(
  scenario: Scenario,
  series: readonly Series[],
): ReadonlyMap<string, readonly Series[]> {
  const own = series.filter(({ scenario: name }) => name === scenario.name);
  return Map.groupBy(own, ({ kind, users }) =>
    scenario.isAboutGrowth ? KIND_NAMES[kind] : `${KIND_NAMES[kind]}, ${formatCount(users)} users`,
  );
}

/** What becomes bench/RESULTS.md. */
export function toResultsFile(run: Run): string {
  const { judgements, candidates, machine, absences } = run;
  const parts = [
    "# Results of the last full run of the benchmarks",
    machine.map((line) => `- ${line}`).join("\n"),
    "![What a request costs, compared with Latchkey](results.svg)",
    "## How it was measured",
    howMeasured(run)
      .map((line) => `- ${line}`)
      .join("\n"),
    "## What is promised, on SQLite",
    toMarkdown(tableOfJudgements(judgements)),
    ...run.scenarios.flatMap((scenario) => describeScenario(scenario, run)),
    "## How each candidate is set up",
    candidates.map(({ name, setUp }) => `- **${name}**: ${setUp}`).join("\n"),
    ...[...absences].map(([name, reason]) => `Not measured: ${name}: ${reason}`),
  ];
  return `${parts.join("\n\n")}\n`;
}

function howMeasured({ cores, options: { rounds, seconds, warmUpSeconds } }: Run): readonly string[] {
  return [
    `autocannon in a process of its own asks from ${CONNECTIONS} connections (${HASH_CONNECTIONS} for logins and signups), each of which waits for its answer before it asks again. Every answer is read; one that is not what was asked for ends the measurement without a figure.`,
    `Candidates take turns: ${warmUpSeconds} s of warm-up each (less where a server has been under load already), then ${rounds} rounds of ${seconds} s each, A B C A B C. Figures are medians over the rounds, ratios medians of the ratios within each round.`,
    cores.describe(),
    `Where it has its core for itself, on SQLite with the server on one core, the load generator looks for answers without pause: to wake it would be work for the server's core, on a virtual machine a good part of me, that clients elsewhere do not make.`,
    `Server µs each: the processor time of all threads of the server's process by the answers it gave. It does not depend on how fast the load generator is, which rates of the fastest candidates do ("server busy" far below 100 % per core): reads are judged by it.`,
    `What PostgreSQL's own processes compute is in the rates, not in the server's time; they run on all cores.`,
    `SQLite's files lie on the disk of the temporary folder, so that a durable write costs what it costs there. Absolute figures are this machine's; ratios travel better.`,
  ];
}

function describeScenario(scenario: Scenario, { series, cores }: Run): readonly string[] {
  const tables = [...tablesOf(scenario, series)];
  if (tables.length === 0) return [];
  const share = cores.count(scenario.cores);
  return [
    `## ${scenario.name}`,
    `${scenario.what} Server on ${share === 1 ? "one core" : `${share} cores`}.`,
    ...tables.flatMap(([title, own]) => [`### ${title}`, toMarkdown(tableOf(own, scenario.judgedBy))]),
  ];
}
