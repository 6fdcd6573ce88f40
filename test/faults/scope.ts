import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a program has started, undone in reverse order: when it ends, when it fails and when it is interrupted. */
export class Scope {
  readonly #undo: (() => unknown)[] = [];

  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  temporaryFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "latchkey-faults-"));
    this.defer(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  async close(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        console.error("Cleaning up failed:", error);
      }
    }
  }
}
