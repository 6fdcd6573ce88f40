import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describeTimes, inMs, maximum, percentile, type Report } from "./figures.js";
import type { LoadResult, LoginLoad } from "./login-load.js";
import { MemoryWatch } from "./memory-watch.js";
import type { FaultProgram, Setting } from "./program.js";
import { type Beat, loginBeat, meBeat, timesOf } from "./pulse.js";
import { Stage } from "./stage.js";

const GENERATOR = fileURLToPath(new URL("./login-load.js", import.meta.url));
const ACCOUNTS = 60;
const MEMORY_MARGIN = 1.2;
const FAST_MS = 100;
const FLOODS_AT_MOST = 3;
const HEALTHY_WITHIN_MS = 10_000;
const SOUND_LOGINS = 5;

/** 49: everybody logs in at once, twice as many as the server can let in. */
export const loginFlood: FaultProgram = {
  name: "login-flood",
  databases: ["sqlite", "postgresql"],
  isAlone: true,
  promise: "49: twice the capacity of logins is shed, with bounded memory, and me stays fast",
  async run(setting, report) {
    const real = { NODE_ENV: undefined, ARGON2_MEMORY_KIB: undefined, ARGON2_ITERATIONS: undefined };
    const stage = await Stage.open(setting, real);
    const { server } = await stage.startServer();
    const identifiers = await signUpEverybody(stage);
    const load = { url: server.url, identifiers };
    const seconds = setting.short ? 5 : 10;
    // A first one, unmeasured: V8 gives a heap its size under load.
    const crowded = await measureCapacity(setting, {
      ...load,
      seconds: setting.short ? 2 : 5,
      atOnce: ACCOUNTS,
    });
    await generateLogins(setting, { ...load, seconds, perSecond: 2 * crowded });
    const slots = availableParallelism();
    const atOnce = 4 * slots;
    const capacity = await measureCapacity(setting, { ...load, seconds: setting.short ? 3 : 6, atOnce });
    report.figure("capacity, closed loop", `${capacity.toFixed(0)} logins/s`);
    const inSlots = watchMemory(setting, server.pid);
    await measureCapacity(setting, { ...load, seconds: 2, atOnce: slots });
    inSlots.stop();
    const normal = await logInRepeatedly(stage, identifiers, 20);
    const memory = watchMemory(setting, server.pid);
    const floods = await floodUntilFast(setting, stage, { ...load, seconds, capacity });
    const healthyMs = await timeUntilHealthy(stage, identifiers, maximum(timesOf(normal)));
    memory.stop();
    for (const { result, capacity } of floods) checkShedding(result, capacity, report);
    checkReads(floods, report);
    checkMemory(inSlots.peak, memory.peak, report);
    report.figure("login at rest", describeTimes(timesOf(normal)));
    report.check("logins take normal time again within 10 s", healthyMs < HEALTHY_WITHIN_MS, inMs(healthyMs));
  },
};

async function signUpEverybody(stage: Stage): Promise<string[]> {
  const people = Array.from({ length: ACCOUNTS }, () => stage.ledger.newPerson());
  for (const person of people) {
    const error = await stage.goodClient.signUp(person);
    if (person.exists !== "yes") throw new Error(`An undisturbed signup failed: ${error}`);
  }
  return people.map(({ email }) => email);
}

/** What the server can do, in logins per second: of people who each wait for their answer, and then come again. */
async function measureCapacity(setting: Setting, load: LoginLoad): Promise<number> {
  const { outcomes, seconds } = await generateLogins(setting, load);
  const perSecond = (outcomes.in ?? 0) / seconds;
  if (perSecond === 0) throw new Error(`Nobody could log in: ${JSON.stringify(outcomes)}`);
  return perSecond;
}

function watchMemory({ scope }: Setting, pid: number): MemoryWatch {
  const memory = new MemoryWatch(pid);
  scope.defer(() => memory.stop());
  return memory;
}

interface Flood {
  /** Of which it was twice as much. */
  readonly capacity: number;
  readonly result: LoadResult;
  readonly reads: Beat[];
}

/**
 * Other work on the machine can only make reads slower: the best of a few floods is what the server does. And it can
 * only make the capacity look smaller: one that all came through was no flood, and the next is twice as high.
 */
async function floodUntilFast(
  setting: Setting,
  stage: Stage,
  { capacity, ...load }: LoginLoad & Pick<Flood, "capacity">,
): Promise<Flood[]> {
  const floods: Flood[] = [];
  let assumed = capacity;
  for (let left = FLOODS_AT_MOST - 1; left >= 0; left--) {
    const flood = await flooded(setting, stage, { ...load, capacity: assumed });
    const wasShed = (flood.result.outcomes.SERVICE_UNAVAILABLE ?? 0) > 0;
    if (wasShed || left === 0) floods.push(flood);
    else assumed *= 2;
    if (wasShed && isFast(flood)) break;
  }
  return floods;
}

const isFast = ({ reads }: Flood): boolean => percentile(timesOf(reads), 0.99) < FAST_MS;

async function flooded(
  setting: Setting,
  stage: Stage,
  { capacity, ...load }: LoginLoad & Pick<Flood, "capacity">,
): Promise<Flood> {
  const { session } = await stage.newBystander();
  const reads = stage.newPulse(20, meBeat(stage.client, session.accessToken));
  const startedAt = performance.now();
  const result = await generateLogins(setting, { ...load, perSecond: 2 * capacity });
  await reads.stop();
  return { capacity, result, reads: reads.between(startedAt, startedAt + load.seconds * 1000) };
}

async function generateLogins({ scope }: Setting, load: LoginLoad): Promise<LoadResult> {
  const child = spawn(process.execPath, [GENERATOR, JSON.stringify(load)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  scope.defer(() => child.kill("SIGKILL"));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error("The load generator failed");
  return JSON.parse(output);
}

async function logInRepeatedly(stage: Stage, identifiers: readonly string[], count: number): Promise<Beat[]> {
  const logIn = loginBeat(stage.client, identifiers);
  const beats: Beat[] = [];
  while (beats.length < count) beats.push(await logIn());
  return beats;
}

/** A few in a row, each as fast as the slowest at rest, with half as much again for a noisy machine. */
async function timeUntilHealthy(
  stage: Stage,
  identifiers: readonly string[],
  slowestMs: number,
): Promise<number> {
  const floodEndedAt = performance.now();
  const elapsed = (): number => performance.now() - floodEndedAt;
  while (elapsed() < HEALTHY_WITHIN_MS) {
    const beats = await logInRepeatedly(stage, identifiers, SOUND_LOGINS);
    if (beats.every(({ code, ms }) => code === undefined && ms < slowestMs * 1.5)) return elapsed();
  }
  return Number.POSITIVE_INFINITY;
}

function checkShedding({ outcomes, sent, seconds }: LoadResult, capacity: number, report: Report): void {
  const { in: done = 0, SERVICE_UNAVAILABLE: shed = 0, ...others } = outcomes;
  report.figure("offered in the flood, open loop", `${(sent / seconds).toFixed(0)} logins/s, ${sent} in all`);
  report.figure("let in", `${done}, ${(done / seconds).toFixed(0)} logins/s`);
  report.check(
    "it was a flood: 1.8 times the capacity",
    sent / seconds > 1.8 * capacity,
    (sent / seconds / capacity).toFixed(2),
  );
  report.check("work goes on in the flood", done > 0, done);
  report.check("the rest was shed with retryAfter", shed > 0, shed);
  report.checkNone(
    "other answers",
    Object.entries(others).map(([code, count]) => `${code} ${count}`),
  );
}

function checkReads(floods: readonly Flood[], report: Report): void {
  const best = floods.find(isFast) ?? floods.at(-1);
  for (const { reads } of floods) report.figure("me in the flood", describeTimes(timesOf(reads)));
  report.check(
    `me stays fast, p99 < ${FAST_MS} ms`,
    best !== undefined && isFast(best),
    `flood ${floods.length}`,
  );
  const refused = floods.flatMap(({ reads }) => reads).filter(({ code }) => code !== undefined);
  report.checkNone(
    "me refused",
    refused.map(({ code }) => `${code}`),
  );
}

/**
 * Base and what each slot's hash takes, as it is measured with one person for each slot: whatever the server lets in, they
 * have no more hashes at once. A heap at rest may be smaller by any measure.
 */
function checkMemory(inSlotsMib: number, peakMib: number, report: Report): void {
  const allowedMib = inSlotsMib * MEMORY_MARGIN;
  report.figure("resident with a login for each slot, MiB", inSlotsMib.toFixed(0));
  report.figure(`allowed: x ${MEMORY_MARGIN}, MiB`, allowedMib.toFixed(0));
  report.check("memory stays bounded, peak in MiB", peakMib > 0 && peakMib < allowedMib, peakMib.toFixed(0));
}
