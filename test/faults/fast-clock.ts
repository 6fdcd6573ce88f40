/**
 * Imported before a server or a command (`node --import`): time runs many times as fast, so that what takes ten minutes
 * can be watched in seconds. Only Date.now and long waits: timeouts that guard against a database that hangs stay.
 */
const LONG_WAIT_MS = 20_000;

const [startedAt, rate] = [Number(process.env.FAST_CLOCK_START), Number(process.env.FAST_CLOCK_RATE)];
if (!(startedAt > 0 && rate > 0)) throw new Error("fast-clock needs FAST_CLOCK_START and FAST_CLOCK_RATE");

const trueNow = Date.now;
const trueSetTimeout = globalThis.setTimeout;

Date.now = () => startedAt + (trueNow() - startedAt) * rate;
globalThis.setTimeout = Object.assign(
  (run: () => void, ms = 0, ...args: []) => trueSetTimeout(run, ms < LONG_WAIT_MS ? ms : ms / rate, ...args),
  trueSetTimeout,
) as typeof setTimeout;

export {};
