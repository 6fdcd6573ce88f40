import { setTimeout as delay } from "node:timers/promises";

const PRELOADED = new URL("./fast-clock.js", import.meta.url).href;

/** A time that processes share with the program: it began with it, and runs `rate` times as fast. */
export class FastTime {
  readonly #startedAt = Date.now();

  constructor(readonly rate: number) {}

  /** What servers and commands have to be given. */
  get environment(): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--import ${PRELOADED}`,
      FAST_CLOCK_START: String(this.#startedAt),
      FAST_CLOCK_RATE: String(this.rate),
    };
  }

  /** As their clocks show it, in milliseconds since the epoch. */
  readonly now = (): number => this.#startedAt + (Date.now() - this.#startedAt) * this.rate;

  async passSeconds(seconds: number): Promise<void> {
    await delay((seconds * 1000) / this.rate);
  }

  async reach(time: number): Promise<void> {
    await this.passSeconds(Math.max(0, time - this.now()) / 1000);
  }
}
