import { inspect } from "node:util";
import type { Figures } from "./series.js";

/** Whoever is measured in turn with others. */
export interface Contestant {
  readonly name: string;
  /** Where it is not what the scenario runs with. */
  readonly users?: number;
  /** How long it is warmed up, where that is not what others need. */
  warmUpSeconds?(usual: number): number;
  measure(seconds: number): Promise<Figures>;
}

export interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  /** None of it with 0. */
  readonly warmUpSeconds: number;
}

export interface Outcome {
  readonly contestant: string;
  readonly users?: number;
  readonly rounds: readonly Figures[];
  readonly failure?: string;
}

/**
 * A B C, A B C: what the machine does meanwhile, it does to all of them. Who fails once is out, and has no figures.
 *
 * @param show is told what is done right now
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  { rounds, seconds, warmUpSeconds }: Plan,
  show: (progress: string) => void,
): Promise<readonly Outcome[]> {
  const figures = new Map<Contestant, Figures[]>(contestants.map((contestant) => [contestant, []]));
  const failures = new Map<Contestant, string>();
  const turn = async (contestant: Contestant, forSeconds: number): Promise<Figures | undefined> => {
    if (failures.has(contestant)) return undefined;
    try {
      return await contestant.measure(forSeconds);
    } catch (error) {
      failures.set(contestant, error instanceof Error ? error.message : inspect(error));
      return undefined;
    }
  };
  for (const contestant of warmUpSeconds > 0 ? contestants : []) {
    show(`warming up ${contestant.name}`);
    await turn(contestant, contestant.warmUpSeconds?.(warmUpSeconds) ?? warmUpSeconds);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const contestant of contestants) {
      show(`round ${round} of ${rounds}, ${contestant.name}`);
      const measured = await turn(contestant, seconds);
      if (measured !== undefined) figures.get(contestant)?.push(measured);
    }
  }
  return contestants.map((contestant): Outcome => {
    const { name, users } = contestant;
    const who = { contestant: name, ...(users !== undefined && { users }) };
    const failure = failures.get(contestant);
    if (failure !== undefined) return { ...who, rounds: [], failure };
    return { ...who, rounds: figures.get(contestant) ?? [] };
  });
}
