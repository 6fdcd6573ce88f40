/**
 * How often a password is verified in a second, with nothing around it:
 * `--engine node-rs|argon2|scrypt --threads N --seconds S`, answered with a line of JSON.
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { hashPassword, verifyPassword } from "better-auth/crypto";
import { portableArgon2, simdArgon2 } from "../argon2.js";
import { PASSWORD } from "../settings.js";

const WARM_UP_SECONDS = 0.5;

/** How long it went on, and how many verifications ended in that time. */
interface Measurement {
  readonly verifications: number;
  readonly seconds: number;
}

type Engine = (threads: number, seconds: number) => Promise<Measurement>;

const ENGINES: ReadonlyMap<string, Engine> = new Map([
  ["node-rs", inWorkers],
  ["argon2", async (threads, seconds) => inFlight(await portableVerifier(), threads, seconds)],
  ["scrypt", async (threads, seconds) => inFlight(await scryptVerifier(), threads, seconds)],
]);

/** Each thread computes one hash after another: the synchronous call blocks it. */
async function inWorkers(threads: number, seconds: number): Promise<Measurement> {
  const workerData = { hash: await simdArgon2.hash(PASSWORD), seconds, warmUpSeconds: WARM_UP_SECONDS };
  const measurements = await Promise.all(
    Array.from({ length: threads }, () => {
      const { promise, resolve, reject } = Promise.withResolvers<Measurement>();
      const worker = new Worker(new URL("./node-rs.worker.js", import.meta.url), { workerData });
      worker.once("message", resolve).once("error", reject);
      return promise;
    }),
  );
  return sum(measurements);
}

/** As servers call it: one thread of JavaScript, and the computing on Node's thread pool. */
async function inFlight(
  verify: () => Promise<boolean>,
  threads: number,
  seconds: number,
): Promise<Measurement> {
  const repeat = async (duration: number): Promise<Measurement> => {
    const start = performance.now();
    let verifications = 0;
    while (performance.now() - start < duration * 1000) {
      if (!(await verify())) throw new Error("The right password was refused");
      verifications += 1;
    }
    return { verifications, seconds: (performance.now() - start) / 1000 };
  };
  const all = async (duration: number) =>
    sum(await Promise.all(Array.from({ length: threads }, () => repeat(duration))));
  await all(WARM_UP_SECONDS);
  return all(seconds);
}

async function portableVerifier() {
  const hash = await portableArgon2.hash(PASSWORD);
  return () => portableArgon2.verify(hash, PASSWORD);
}

async function scryptVerifier() {
  const hash = await hashPassword(PASSWORD);
  return () => verifyPassword({ hash, password: PASSWORD });
}

/** They ran beside each other: their verifications add up, their seconds do not. */
function sum(measurements: readonly Measurement[]): Measurement {
  return {
    verifications: measurements.reduce((total, { verifications }) => total + verifications, 0),
    seconds: Math.max(...measurements.map(({ seconds }) => seconds)),
  };
}

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "" },
    threads: { type: "string", default: "1" },
    seconds: { type: "string", default: "5" },
  },
});
const measure = ENGINES.get(values.engine);
const [threads, seconds] = [Number(values.threads), Number(values.seconds)];
if (measure === undefined || !Number.isInteger(threads) || threads < 1 || !(seconds > 0)) {
  throw new Error(`Usage: --engine ${[...ENGINES.keys()].join("|")} --threads N --seconds S`);
}
console.log(JSON.stringify({ engine: values.engine, threads, ...(await measure(threads, seconds)) }));
