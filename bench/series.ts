import { percentile } from "../test/faults/figures.js";
import type { DatabaseKind } from "../test/faults/program.js";

/** What is measured, with how it is headed and how many decimals are worth showing. */
export const METRICS = {
  rate: { heading: "per second", decimals: 0 },
  serverMicros: { heading: "server µs each", decimals: 1 },
  busyPercent: { heading: "server busy %", decimals: 0 },
  p50: { heading: "p50 ms", decimals: 2 },
  p99: { heading: "p99 ms", decimals: 2 },
  aloneRate: { heading: "me alone /s", decimals: 0 },
  besideRate: { heading: "beside logins /s", decimals: 0 },
  aloneP99: { heading: "alone p99 ms", decimals: 2 },
  besideP99: { heading: "beside p99 ms", decimals: 2 },
  loginRate: { heading: "logins /s", decimals: 0 },
  startMs: { heading: "ms to first answer", decimals: 0 },
  restMb: { heading: "at rest MB", decimals: 0 },
  restProportionalMb: { heading: "at rest MB (PSS)", decimals: 0 },
  readPeakMb: { heading: "peak, me MB", decimals: 0 },
  loginPeakMb: { heading: "peak, login MB", decimals: 0 },
  databaseMb: { heading: "database MB", decimals: 2 },
} as const;

export type Metric = keyof typeof METRICS;
export type Figures = Readonly<Partial<Record<Metric, number>>>;

/** All measurements of one candidate in one scenario, by rounds. */
export interface Series {
  readonly scenario: string;
  readonly kind: DatabaseKind;
  readonly users: number;
  readonly contestant: string;
  readonly rounds: readonly Figures[];
  /** Why there are no figures: an answer that was not what was asked for is one reason. */
  readonly failure?: string;
}

/** The middle one, or the mean of the two in the middle; NaN of none, which no comparison lets pass. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (percentile(sorted, 0.5) + upper) / 2;
}

/** Over the rounds; undefined when it was not measured. */
export function medianOf({ rounds }: Series, metric: Metric): number | undefined {
  const values = valuesOf(rounds, metric);
  return values.length === 0 ? undefined : median(values);
}

/** The median of what each round says: what the machine did in one of them, it did to both. */
export function ratioOf(of: Series, to: Series, metric: Metric, toMetric = metric): number | undefined {
  const ratios = of.rounds.flatMap((figures, round) => {
    const [value, other] = [figures[metric], to.rounds[round]?.[toMetric]];
    return value === undefined || other === undefined || other === 0 ? [] : [value / other];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

const valuesOf = (rounds: readonly Figures[], metric: Metric): readonly number[] =>
  rounds.flatMap((figures) => figures[metric] ?? []);

/** Without what was not measured. */
export const defined = (figures: Readonly<Partial<Record<Metric, number | undefined>>>): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
