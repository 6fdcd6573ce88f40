import type { Logger } from "pino";
import { secondsToMs } from "../lib/clock.js";

export interface Job {
  /** For the log. */
  readonly name: string;
  /** On average: instances that were started together drift apart. */
  readonly everySeconds: number;
  /** @param signal aborted when the server stops: what takes long ends early */
  readonly run: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * What the server does by itself now and then. A job that fails is tried again at its next time; the log says so once, and
 * once more when it works again.
 */
export class BackgroundJobs {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #failing = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(private readonly logger: Logger) {}

  start(job: Job): void {
    if (this.#stopping.signal.aborted) return;
    const wait = secondsToMs(job.everySeconds) * (0.5 + Math.random());
    this.#timers.set(job.name, setTimeout(() => void this.#runOnce(job), wait).unref());
  }

  /** Starts nothing any more; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  async #runOnce(job: Job): Promise<void> {
    const run = job.run(this.#stopping.signal).then(
      () => this.#noteSuccess(job),
      (error: unknown) => this.#noteFailure(job, error),
    );
    this.#running.add(run);
    await run;
    this.#running.delete(run);
    this.start(job);
  }

  #noteSuccess({ name }: Job): void {
    if (this.#failing.delete(name)) this.logger.info(`the background job "${name}" works again`);
  }

  #noteFailure({ name }: Job, error: unknown): void {
    if (!this.#failing.has(name)) this.logger.warn({ err: error }, `the background job "${name}" failed`);
    this.#failing.add(name);
  }
}
