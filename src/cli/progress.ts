import type { Clock } from "../lib/clock.js";

const TERMINAL_INTERVAL_MS = 200;
const LINES_INTERVAL_MS = 5000;
const BAR_WIDTH = 24;

/** Where progress is shown: standard error, so that standard output is the result alone. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface ProgressOptions {
  /** What is counted: "lines". */
  readonly unit: string;
  /** What of it was done before, and says nothing of the speed. */
  readonly begun?: number;
  readonly output: ProgressOutput;
  readonly clock: Clock;
}

/** Tells how far something long has come: in a bar on a terminal, in a line every few seconds elsewhere. */
export class Progress {
  readonly #startMs: number;
  #shownMs: number;
  #isBarShown = false;

  constructor(private readonly options: ProgressOptions) {
    this.#startMs = options.clock();
    this.#shownMs = this.#startMs;
  }

  /** @param share of the whole that is done, from 0 to 1; null where the whole is not known */
  show(count: number, share: number | null): void {
    const { output, clock } = this.options;
    const now = clock();
    if (now - this.#shownMs < (output.isTTY ? TERMINAL_INTERVAL_MS : LINES_INTERVAL_MS)) return;
    this.#shownMs = now;
    const text = this.#describe(count, share, now);
    if (!output.isTTY) return void output.write(`${text}\n`);
    this.#isBarShown = true;
    output.write(`\r\x1b[K${share === null ? "" : `${drawBar(share)} `}${text}`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isBarShown) this.options.output.write("\r\x1b[K");
    this.#isBarShown = false;
  }

  #describe(count: number, share: number | null, now: number): string {
    const { unit, begun = 0 } = this.options;
    const seconds = (now - this.#startMs) / 1000;
    const perSecond = (count - begun) / seconds;
    const facts = [`${formatCount(count)} ${unit}`, `${formatCount(Math.round(perSecond))} per second`];
    if (share === null) return facts.join(", ");
    facts.push(`${Math.floor(share * 100)} %`);
    const left = count / share - count;
    if (perSecond > 0 && share > 0) facts.push(`${formatSeconds(Math.ceil(left / perSecond))} left`);
    return facts.join(", ");
  }
}

function drawBar(share: number): string {
  const filled = Math.floor(share * BAR_WIDTH);
  return `[${"#".repeat(filled)}${".".repeat(BAR_WIDTH - filled)}]`;
}

export const formatCount = (count: number): string => count.toLocaleString("en-US");

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
