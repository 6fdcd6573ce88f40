import type { Logger } from "pino";
import { secondsToMs } from "../lib/clock.js";

export interface Job {
  /** For the log. */
  readonly name: string;
  /** On average: instances that were started together drift apart. */
  readonly everySeconds: number;
  readonly run: () => Promise<unknown>;
}

/** What the server does by itself now and then. A job that fails is logged and tried again at its next time. */
export class BackgroundJobs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(private readonly logger: Logger) {}

  start(job: Job): void {
    if (this.#stopped) return;
    const wait = secondsToMs(job.everySeconds) * (0.5 + Math.random());
    this.#timers.set(job.name, setTimeout(() => void this.#runOnce(job), wait).unref());
  }

  /** Starts nothing any more; resolves when what runs is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  async #runOnce(job: Job): Promise<void> {
    const run = job.run().then(
      () => {},
      (error: unknown) => this.logger.warn({ err: error }, `the background job "${job.name}" failed`),
    );
    this.#running.add(run);
    await run;
    this.#running.delete(run);
    this.start(job);
  }
}
