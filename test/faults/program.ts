import type { Report } from "./figures.js";
import type { Scope } from "./scope.js";

export type DatabaseKind = "sqlite" | "postgresql";

export interface Setting {
  readonly kind: DatabaseKind;
  /** What CI runs: the same checks with fewer rounds and shorter faults. */
  readonly short: boolean;
  readonly rounds: number | undefined;
  readonly scope: Scope;
}

/** One kind of fault, brought about in front of a real server process. */
export interface FaultProgram {
  readonly name: string;
  readonly databases: readonly DatabaseKind[];
  /** It measures milliseconds, or time that runs fast: the machine has to be its own. */
  readonly isAlone: boolean;
  /** What has to hold, in one sentence. */
  readonly promise: string;
  run(setting: Setting, report: Report): Promise<void>;
}

/** The surroundings lack something. Never taken for a success: CI fails on it. */
export class CannotRun extends Error {}
