import { availableParallelism, totalmem } from "node:os";
import type { Config } from "../../config/config.js";
import { loadArgon2Engine } from "../../modules/password/argon2-engine.js";
import { HashPool, type HashTask } from "../../modules/password/hash-pool.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const SINGLE_HASHES = 5;
/** How long the pool is kept busy, about. */
const MEASURED_MS = 1000;
/** A person who logs in should not wait longer for the hash alone. */
const SLOW_MS = 1000;
/** Nobody notices it, and a stolen hash is the dearer to guess. */
const COMFORTABLE_MS = 50;

type HashingConfig = Pick<Config, "argon2" | "hashConcurrency">;

interface Host {
  readonly processors: number;
  /** What this process may use: of the machine, or of its container. */
  readonly memoryBytes: number;
}

interface Measured {
  readonly medianMs: number;
  readonly perSecond: number;
  readonly atOnce: number;
}

/** What password hashes cost on this very machine. */
export async function checkHashing(config: HashingConfig): Promise<readonly Finding[]> {
  // Without a container's limit it is unknown, or beyond all measure.
  const memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  const host = { processors: availableParallelism(), memoryBytes };
  const [engine, memory] = [judgeEngine((await loadArgon2Engine()).name), judgeHashMemory(config, host)];
  // What does not fit is not tried.
  if (memory.verdict === "FAIL") return [engine, memory];
  const measured = await measure(config, host);
  return [engine, memory, judgeConcurrency(config, host), judgeHashTime(measured, config)];
}

export function judgeEngine(name: string): Finding {
  if (name === "@node-rs/argon2") return ok("argon2 engine", name);
  const advice = 'install the optional dependency @node-rs/argon2 ("npm ci" without --omit=optional)';
  return warn("argon2 engine", `${name}, the portable one: about three times slower`, advice);
}

export function judgeHashMemory({ argon2, hashConcurrency }: HashingConfig, { memoryBytes }: Host): Finding {
  const needed = argon2.memoryKib * 1024 * hashConcurrency;
  const seen = `${inMib(needed)} at most (HASH_CONCURRENCY ${hashConcurrency} x ${argon2.memoryKib} KiB) of ${inMib(memoryBytes)}`;
  const advice = "lower HASH_CONCURRENCY or ARGON2_MEMORY_KIB, or give it more memory";
  if (needed > 0.8 * memoryBytes) return fail("argon2 memory", `${seen}: not measured`, advice);
  return needed > 0.5 * memoryBytes ? warn("argon2 memory", seen, advice) : ok("argon2 memory", seen);
}

export function judgeConcurrency({ hashConcurrency }: HashingConfig, { processors }: Host): Finding {
  const seen = `${hashConcurrency}, on ${processors} processors`;
  if (hashConcurrency <= processors) return ok("HASH_CONCURRENCY", seen);
  return warn(
    "HASH_CONCURRENCY",
    `${seen}: more at once only take turns`,
    "leave it at its default, one per core",
  );
}

export function judgeHashTime({ medianMs, perSecond, atOnce }: Measured, { argon2 }: HashingConfig): Finding {
  const { memoryKib: m, iterations: t, parallelism: p } = argon2;
  const seen = `${medianMs.toFixed(0)} ms a hash (median of ${SINGLE_HASHES}), ${perSecond.toFixed(0)} logins a second (measured, ${atOnce} at once) at m=${m} t=${t} p=${p}`;
  if (medianMs <= SLOW_MS) return ok("argon2 cost", `${seen}${describeRoom(medianMs, perSecond, t)}`);
  return warn(
    "argon2 cost",
    seen,
    "people wait: lower ARGON2_MEMORY_KIB or ARGON2_ITERATIONS, or take a faster machine",
  );
}

/** The time of a hash goes with its iterations, and so do the logins of a second. */
function describeRoom(medianMs: number, perSecond: number, iterations: number): string {
  const factor = Math.floor(COMFORTABLE_MS / medianMs);
  if (factor < 2) return "";
  const logins = (perSecond / factor).toFixed(0);
  return `; room to make guessing dearer: ARGON2_ITERATIONS=${iterations * factor} would take about ${(medianMs * factor).toFixed(0)} ms, at ${logins} logins a second`;
}

/** In the threads that the server uses, one hash at a time and then as many at once as it may compute. */
async function measure({ argon2, hashConcurrency }: HashingConfig, { processors }: Host): Promise<Measured> {
  // More threads than that compute no more, and take long to start.
  const atOnce = Math.min(hashConcurrency, 2 * processors);
  const pool = new HashPool({ concurrency: atOnce, queue: 0 });
  const task: HashTask = { kind: "hash", password: "correct horse battery staple", cost: argon2 };
  const hashOnce = async (): Promise<number> => {
    using admission = pool.admit();
    const startedAt = performance.now();
    await pool.run(task, admission);
    return performance.now() - startedAt;
  };
  try {
    // Starts the threads, which is no part of a hash.
    await Promise.all(Array.from({ length: atOnce }, hashOnce));
    const times: number[] = [];
    while (times.length < SINGLE_HASHES) times.push(await hashOnce());
    const startedAt = performance.now();
    const hasTime = () => performance.now() - startedAt < MEASURED_MS;
    let hashes = 0;
    const atWork = Array.from({ length: atOnce }, async () => {
      for (; hasTime(); hashes++) await hashOnce();
    });
    await Promise.all(atWork);
    const perSecond = (hashes * 1000) / (performance.now() - startedAt);
    return { medianMs: medianOf(times), perSecond, atOnce };
  } finally {
    await pool.close();
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const inMib = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
