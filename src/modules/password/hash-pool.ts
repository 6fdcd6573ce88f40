import { Worker } from "node:worker_threads";
import { serviceUnavailable } from "../../lib/app-error.js";
import type { Argon2Cost } from "./argon2-engine.js";

export type HashTask =
  | { readonly kind: "hash"; readonly password: string; readonly cost: Argon2Cost }
  | { readonly kind: "verify"; readonly password: string; readonly phc: string };

export type HashOutcome = { readonly value: string | boolean } | { readonly error: string };

export interface HashPoolLimits {
  /** How many hashes are computed at once; memory grows by ARGON2_MEMORY_KIB for each. */
  readonly concurrency: number;
  /** How many may wait for their turn; the rest are refused. */
  readonly queue: number;
}

interface Job {
  readonly task: HashTask;
  readonly result: PromiseWithResolvers<string | boolean>;
  readonly enqueuedAt: number;
}

/** A login that has waited so long has lost its person; nobody is helped by finishing it. */
const DEADLINE_MS = 5000;
const RETRY_AFTER_SECONDS = 2;

/**
 * Worker threads that compute password hashes, started when first needed. Bounded in threads, memory and waiting:
 * what is too much is refused with SERVICE_UNAVAILABLE instead of slowing everybody down.
 */
export class HashPool {
  readonly #idle: Worker[] = [];
  readonly #jobs = new Map<Worker, Job>();
  readonly #queue: Job[] = [];
  #closed = false;

  constructor(private readonly limits: HashPoolLimits) {}

  /** @throws AppError SERVICE_UNAVAILABLE when too many wait already, or this one has waited too long */
  run(task: HashTask): Promise<string | boolean> {
    const isBusy = this.#idle.length === 0 && this.#jobs.size >= this.limits.concurrency;
    if (this.#closed || (isBusy && this.#queue.length >= this.limits.queue)) {
      return Promise.reject(serviceUnavailable(RETRY_AFTER_SECONDS));
    }
    const result = Promise.withResolvers<string | boolean>();
    this.#queue.push({ task, result, enqueuedAt: performance.now() });
    this.#assignWork();
    return result.promise;
  }

  /** Stops the threads once the work in hand is done; what still waits is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.result.reject(serviceUnavailable(RETRY_AFTER_SECONDS));
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result.promise));
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  #assignWork(): void {
    const job = this.#nextJob();
    if (job === undefined) return;
    const worker = this.#idle.pop() ?? this.#startWorkerIfAllowed();
    if (worker === null) {
      this.#queue.unshift(job);
      return;
    }
    this.#jobs.set(worker, job);
    worker.ref();
    worker.postMessage(job.task);
  }

  #nextJob(): Job | undefined {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      if (performance.now() - job.enqueuedAt < DEADLINE_MS) return job;
      job.result.reject(serviceUnavailable(RETRY_AFTER_SECONDS));
    }
    return undefined;
  }

  #startWorkerIfAllowed(): Worker | null {
    if (this.#jobs.size >= this.limits.concurrency) return null;
    const worker = new Worker(new URL("./hash.worker.js", import.meta.url));
    worker.on("message", (outcome: HashOutcome) => this.#finish(worker, outcome));
    worker.on("error", (error) => this.#discard(worker, error));
    worker.on("exit", () => this.#discard(worker, undefined));
    return worker;
  }

  #finish(worker: Worker, outcome: HashOutcome): void {
    const job = this.#jobs.get(worker);
    this.#jobs.delete(worker);
    this.#idle.push(worker);
    // An idle thread does not keep the process alive.
    worker.unref();
    if ("error" in outcome) job?.result.reject(new Error(`Hashing failed: ${outcome.error}`));
    else job?.result.resolve(outcome.value);
    this.#assignWork();
  }

  /** A thread that has ended, at work or idle, gets no work any more; its place is free for a new one. */
  #discard(worker: Worker, error: unknown): void {
    const index = this.#idle.indexOf(worker);
    if (index !== -1) this.#idle.splice(index, 1);
    this.#jobs.get(worker)?.result.reject(new Error("A hashing thread ended", { cause: error }));
    this.#jobs.delete(worker);
    this.#assignWork();
  }
}
