import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";
import type { CoreShare, Cores } from "./cores.js";
import type { Entry } from "./entry.js";
import { CONNECTIONS, type Load, measureLoad } from "./load.js";
import type { BenchOptions } from "./options.js";
import type { Metric } from "./series.js";
import { type Contestant, type Outcome, type Plan, takeTurns } from "./turns.js";

/** For a server that other requests have warmed up already. */
const REWARM_SECONDS = 2;

/** What a scenario has at hand. */
export interface Stage {
  readonly kind: DatabaseKind;
  /** In the databases of the entries. */
  readonly users: number;
  readonly entries: readonly Entry[];
  readonly cores: Cores;
  readonly options: BenchOptions;
  readonly scope: Scope;
  /** The candidate of that name over as many accounts; undefined where it does not take part. */
  entry(name: string, users: number): Promise<Entry | undefined>;
  show(progress: string): void;
}

export interface Scenario {
  readonly name: string;
  /** For the reader of the results. */
  readonly what: string;
  readonly cores: CoreShare;
  /** What candidates are compared by. */
  readonly judgedBy: Metric;
  /** Whether it runs once with all sizes, instead of with each. */
  readonly isAboutGrowth?: boolean;
  run(stage: Stage): Promise<readonly Outcome[]>;
}

interface LoadScenario extends Omit<Scenario, "run"> {
  /** Whether a candidate offers what it takes. */
  admits(entry: Entry): boolean;
  /** What its connections ask from now on; called before each measurement, which it is no part of. */
  begin(entry: Entry): Promise<Load["ask"]>;
  readonly connections?: number;
  /** Programs that say what the machine can do at most. */
  limits?(stage: Stage): readonly Contestant[];
}

/** Candidates under load, in turn. */
export function loadScenario({
  admits,
  begin,
  connections,
  limits = () => [],
  ...scenario
}: LoadScenario): Scenario {
  return {
    ...scenario,
    run(stage) {
      const contestants = stage.entries.filter(admits).map(
        (entry): Contestant => ({
          name: entry.name,
          warmUpSeconds: (usual) => (entry.isWarm ? Math.min(usual, REWARM_SECONDS) : usual),
          measure: (seconds) => measureEntry(entry, { share: scenario.cores, seconds, connections, begin }),
        }),
      );
      return takeTurns([...contestants, ...limits(stage)], planOf(stage), stage.show);
    },
  };
}

interface EntryLoad extends Pick<LoadScenario, "begin"> {
  readonly share: CoreShare;
  readonly seconds: number;
  readonly connections?: number | undefined;
}

export async function measureEntry(
  entry: Entry,
  { share, seconds, connections = CONNECTIONS, begin }: EntryLoad,
) {
  const { url, pid } = await entry.server(share);
  try {
    const ask = await begin(entry);
    const staysAwake = entry.leavesCoreFree(share);
    const figures = await measureLoad(pid, { url, seconds, connections, staysAwake, ask });
    entry.isWarm = true;
    return figures;
  } catch (error) {
    entry.checkServer();
    throw error;
  }
}

export const planOf = ({ options: { rounds, seconds, warmUpSeconds } }: Stage): Plan => ({
  rounds,
  seconds,
  warmUpSeconds,
});
