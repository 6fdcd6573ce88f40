import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";

export const DATABASE_KINDS: readonly DatabaseKind[] = ["sqlite", "postgresql"];

export interface BenchOptions {
  readonly kinds: readonly DatabaseKind[];
  /** How many there are in the large database. */
  readonly users: number;
  readonly rounds: number;
  /** What has to be undone at the end, however that comes. */
  readonly scope: Scope;
}
