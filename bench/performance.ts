import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";
import { CANDIDATES, takesPart } from "./candidates/index.js";
import type { Cores } from "./cores.js";
import { Field } from "./field.js";
import type { BenchOptions } from "./options.js";
import { tablesOf } from "./report.js";
import type { Scenario } from "./scenario.js";
import type { Series } from "./series.js";
import { tableOf, toText } from "./table.js";

interface Setting {
  readonly scenarios: readonly Scenario[];
  readonly options: BenchOptions;
  readonly cores: Cores;
  readonly scope: Scope;
  /** Of an interruption: what is cleaned up meanwhile must not be made anew. */
  readonly signal: AbortSignal;
}

export interface Performance {
  readonly series: readonly Series[];
  /** Who could not be measured, and why. */
  readonly absences: ReadonlyMap<string, string>;
}

/** All scenarios on all databases, with a table on the console as soon as there is one. */
export async function performAll({
  scenarios,
  options,
  cores,
  scope,
  signal,
}: Setting): Promise<Performance> {
  const candidates = CANDIDATES.filter(({ name }) => isChosen(name, options.candidates));
  const field = new Field({ candidates, cores, scope, signal, show });
  const series: Series[] = [];
  const perform = async (scenario: Scenario, kind: DatabaseKind, users: number): Promise<void> => {
    const isWanted = (name: string): boolean => takesPart(name, scenario.name);
    const outcomes = await scenario.run({
      kind,
      users,
      entries: scenario.isAboutGrowth ? [] : await field.entries(kind, users, isWanted),
      cores,
      options,
      scope,
      entry: (name, size) => field.entry(kind, size, name),
      show: (progress) => show(`${scenario.name} on ${kind}: ${progress}`),
    });
    signal.throwIfAborted();
    const own = outcomes.map((outcome): Series => ({ scenario: scenario.name, kind, users, ...outcome }));
    series.push(...own);
    for (const [title, group] of tablesOf(scenario, own))
      console.log(`\n${scenario.name}, ${title}\n${toText(tableOf(group, scenario.judgedBy))}`);
    for (const { contestant, failure } of own)
      if (failure !== undefined) console.log(`FAILED: ${contestant}: ${failure}`);
  };
  const [fewest = 1, ...more] = options.sizes;
  for (const kind of options.kinds) {
    for (const users of options.everySize ? [fewest, ...more] : [fewest]) {
      for (const scenario of scenarios) if (!scenario.isAboutGrowth) await perform(scenario, kind, users);
    }
    for (const scenario of scenarios) if (scenario.isAboutGrowth) await perform(scenario, kind, fewest);
  }
  for (const [name, reason] of field.absences) console.log(`NOT MEASURED: ${name}: ${reason}`);
  return { series, absences: field.absences };
}

/** "node-http" for "node:http", "better-auth" for all its variants. */
function isChosen(name: string, chosen: readonly string[]): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return chosen.length === 0 || chosen.some((wanted) => plain(name).startsWith(plain(wanted)));
}

/** Apart from the results. */
function show(progress: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progress}`);
}
