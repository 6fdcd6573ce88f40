const LABEL_WIDTH = 54;
const SHOWN_EXAMPLES = 5;

/** Counts by name: errors by code, acknowledgements by operation. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, this.of(name) + count);
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get names(): string[] {
    return [...this.#counts.keys()];
  }

  toString(): string {
    const parts = [...this.#counts].sort().map(([name, count]) => `${name} ${count}`);
    return parts.length === 0 ? "none" : parts.join(", ");
  }
}

/** The value that `share` of all values do not exceed; NaN of none, which no comparison lets pass. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const maximum = (values: readonly number[]): number => percentile(values, 1);

export const inMs = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** "p50 1.2 ms, p99 8.0 ms, max 12 ms (n = 400)" */
export function describeTimes(values: readonly number[]): string {
  if (values.length === 0) return "none measured";
  const [p50, p99] = [percentile(values, 0.5), percentile(values, 0.99)];
  return `p50 ${inMs(p50)}, p99 ${inMs(p99)}, max ${inMs(maximum(values))} (n = ${values.length})`;
}

/** The table and the verdict of one program. */
export class Report {
  #held = 0;
  #broken = 0;
  readonly #startedAt = performance.now();

  /** @param write is given each line as it comes */
  constructor(private readonly write: (line: string) => void = console.log) {}

  figure(label: string, value: unknown): void {
    this.#row(`    ${label}`, value);
  }

  /** Something that was promised: the run is red unless it holds. */
  check(promise: string, holds: boolean, seen: unknown = ""): void {
    if (holds) this.#held += 1;
    else this.#broken += 1;
    this.#row(`  ${holds ? "✓" : "✗ BROKEN:"} ${promise}`, seen);
  }

  /** Nothing of this kind may have happened. */
  checkNone(promise: string, found: readonly string[], outOf = ""): void {
    this.check(promise, found.length === 0, `${found.length}${outOf}`);
    for (const example of found.slice(0, SHOWN_EXAMPLES)) this.write(`      e.g. ${example}`);
  }

  /** A program that has checked nothing has proved nothing. */
  verdict(): boolean {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    const isProven = this.#broken === 0 && this.#held > 0;
    const summary = isProven
      ? `HOLDS: ${this.#held} promises`
      : `BROKEN: ${this.#broken} of ${this.#held + this.#broken} promises`;
    this.write(`  ${summary}, ${seconds} s`);
    return isProven;
  }

  #row(label: string, value: unknown): void {
    this.write(`${label.padEnd(LABEL_WIDTH)} ${value}`);
  }
}
