import type { Refusal } from "../../modules/user-import/refusal.js";
import type { RefusalLog } from "../../modules/user-import/refusal-report.js";

const MAX_PRINTED = 20;

/** Without a report: the first refused lines are printed. */
export class PrintedRefusals implements RefusalLog {
  #count = 0;

  async write(): Promise<void> {}

  keep(refusals: readonly Refusal[]): void {
    for (const { line, field, reason } of refusals.slice(0, MAX_PRINTED - this.#count)) {
      const place = field === undefined ? `line ${line}` : `line ${line}, ${field}`;
      console.error(`${place}: ${reason}`);
      this.#count += 1;
      if (this.#count === MAX_PRINTED) console.error("More go to a file with --report.");
    }
  }

  async close(): Promise<void> {}
}
