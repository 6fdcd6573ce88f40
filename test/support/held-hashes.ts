import { Worker } from "node:worker_threads";
import { jest } from "@jest/globals";

export interface HeldHashes {
  /** How many threads were given work that they do not begin. */
  readonly count: number;
  /** From now on all goes its way, first of all what was held. */
  release(): void;
}

/** No thread begins a hash: what waits and what is shed meanwhile is the same on every machine. */
export function holdHashes(): HeldHashes {
  const held: (() => void)[] = [];
  const post = Worker.prototype.postMessage;
  const holding = jest.spyOn(Worker.prototype, "postMessage").mockImplementation(function (
    this: Worker,
    ...message
  ) {
    held.push(() => post.apply(this, message));
  });
  return {
    get count() {
      return held.length;
    },
    release() {
      holding.mockRestore();
      for (const begin of held) begin();
    },
  };
}
