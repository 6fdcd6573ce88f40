import { Worker } from "node:worker_threads";
import { type AppError, serviceUnavailable } from "../../lib/app-error.js";
import { inSpan } from "../../lib/tracing.js";
import type { Argon2Cost } from "./argon2-engine.js";

export type HashTask =
  | { readonly kind: "hash"; readonly password: string; readonly cost: Argon2Cost }
  | { readonly kind: "verify"; readonly password: string; readonly storedHash: string };

export type HashOutcome = { readonly value: string | boolean } | { readonly error: string };

export interface HashPoolLimits {
  /** How many hashes are computed at once; memory grows by ARGON2_MEMORY_KIB for each. */
  readonly concurrency: number;
  /** How many more are admitted to wait for their turn; the rest are refused. */
  readonly queue: number;
}

/** The right to compute hashes, one after another, until it is disposed of or its deadline has come without a turn. */
export interface Admission extends Disposable {
  /** On the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** Whether its first turn has come: a password that was tried is tried to the end, or the guess would not count. */
  hasBegun: boolean;
}

interface Job {
  readonly task: HashTask;
  readonly admission: Admission;
  readonly result: PromiseWithResolvers<string | boolean>;
  readonly expiry: NodeJS.Timeout | undefined;
}

/** A login that has waited so long has lost its person; nobody is helped by finishing it. */
const DEADLINE_MS = 5000;

/** What a thread has at most: the one it computes, and the next. */
const JOBS_IN_HAND = 2;

/**
 * Worker threads that compute password hashes, started when first needed. Bounded in threads, memory and waiting:
 * what is too much is refused with SERVICE_UNAVAILABLE before anything was done for it, instead of slowing
 * everybody down.
 */
export class HashPool {
  readonly #idle: Worker[] = [];
  /** Of each thread at work, the one it computes first. */
  readonly #inHand = new Map<Worker, Job[]>();
  readonly #queue: Job[] = [];
  #admitted = 0;
  #closed = false;
  #shed = 0;

  constructor(private readonly limits: HashPoolLimits) {}

  get running(): number {
    return this.#inHand.size;
  }

  get waiting(): number {
    return this.#queue.length + this.#jobsInHand().length - this.running;
  }

  /** How many were refused since the start. */
  get shed(): number {
    return this.#shed;
  }

  /**
   * To be asked before any work on a request that is going to hash.
   *
   * @throws AppError SERVICE_UNAVAILABLE when as many are admitted as may work and wait
   */
  refuseWhenFull(): void {
    if (this.#closed || this.#admitted >= this.limits.concurrency + this.limits.queue) {
      throw this.#refusal();
    }
  }

  /** @throws AppError SERVICE_UNAVAILABLE likewise */
  admit(): Admission {
    this.refuseWhenFull();
    this.#admitted += 1;
    const end = (): void => {
      this.#admitted -= 1;
    };
    return { deadlineMs: performance.now() + DEADLINE_MS, hasBegun: false, [Symbol.dispose]: end };
  }

  /** @throws AppError SERVICE_UNAVAILABLE when its first turn has not come until the deadline */
  run(task: HashTask, admission: Admission): Promise<string | boolean> {
    if (this.#closed) return Promise.reject(this.#refusal());
    const result = Promise.withResolvers<string | boolean>();
    const leftMs = Math.max(0, admission.deadlineMs - performance.now());
    const expiry = admission.hasBegun ? undefined : setTimeout(() => this.#expire(job), leftMs);
    const job: Job = { task, admission, result, expiry };
    // Who has begun is finished first: one request's wait does not grow with how many hashes it takes.
    if (admission.hasBegun) this.#queue.unshift(job);
    else this.#queue.push(job);
    this.#assignWork();
    return inSpan(`password ${task.kind}`, {}, () => result.promise);
  }

  /** Stops the threads once the work in hand is done; what still waits is refused. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of [...this.#queue]) this.#expire(job);
    await Promise.allSettled(this.#jobsInHand().map((job) => job.result.promise));
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  #expire(job: Job): void {
    clearTimeout(job.expiry);
    const index = this.#queue.indexOf(job);
    if (index === -1) return;
    this.#queue.splice(index, 1);
    job.result.reject(this.#refusal());
  }

  #refusal(): AppError {
    this.#shed += 1;
    return serviceUnavailable();
  }

  #jobsInHand(): readonly Job[] {
    return [...this.#inHand.values()].flat();
  }

  #assignWork(): void {
    const [job] = this.#queue;
    if (job === undefined) return;
    let worker: Worker | undefined;
    try {
      worker = this.#idle.pop() ?? this.#startWorkerIfAllowed() ?? this.#findNextToFinish();
    } catch {
      // The system gives no more threads. Whoever waits is told so at the deadline, unless one becomes idle before.
      return;
    }
    if (worker === undefined) return;
    this.#queue.shift();
    clearTimeout(job.expiry);
    job.admission.hasBegun = true;
    this.#inHand.set(worker, [...(this.#inHand.get(worker) ?? []), job]);
    worker.ref();
    worker.postMessage(job.task);
  }

  #startWorkerIfAllowed(): Worker | undefined {
    if (this.#inHand.size >= this.limits.concurrency) return undefined;
    const worker = new Worker(new URL("./hash.worker.js", import.meta.url));
    worker.on("message", (outcome: HashOutcome) => this.#finish(worker, outcome));
    worker.on("error", (error) => this.#discard(worker, error));
    worker.on("exit", () => this.#discard(worker, undefined));
    return worker;
  }

  /**
   * A thread that is given its next hash beforehand, so that it need not wait for this one, which may be waiting for the
   * disk. Only while more wait than there are threads, so that as a rule nobody waits behind one hash while another thread is
   * idle; it is for the length of that hash at most.
   */
  #findNextToFinish(): Worker | undefined {
    if (this.#queue.length <= this.limits.concurrency) return undefined;
    for (const [worker, jobs] of this.#inHand) if (jobs.length < JOBS_IN_HAND) return worker;
    return undefined;
  }

  #finish(worker: Worker, outcome: HashOutcome): void {
    const [job, ...next] = this.#inHand.get(worker) ?? [];
    this.#inHand.delete(worker);
    if (next.length > 0) this.#inHand.set(worker, next);
    else {
      this.#idle.push(worker);
      // An idle thread does not keep the process alive.
      worker.unref();
    }
    if ("error" in outcome) job?.result.reject(new Error(`Hashing failed: ${outcome.error}`));
    else job?.result.resolve(outcome.value);
    this.#assignWork();
  }

  /** A thread that has ended, at work or idle, gets no work any more; its place is free for a new one. */
  #discard(worker: Worker, error: unknown): void {
    const index = this.#idle.indexOf(worker);
    if (index !== -1) this.#idle.splice(index, 1);
    const [job, ...next] = this.#inHand.get(worker) ?? [];
    this.#inHand.delete(worker);
    job?.result.reject(new Error("A hashing thread ended", { cause: error }));
    this.#queue.unshift(...next);
    this.#assignWork();
  }
}
