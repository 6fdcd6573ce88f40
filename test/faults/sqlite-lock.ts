import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkErrors, checkLedger } from "./audit.js";
import { describeTimes, inMs, maximum, percentile, type Report, Tally } from "./figures.js";
import type { FaultProgram, Setting } from "./program.js";
import { type Beat, loginBeat, meBeat, probeBeat, timesOf } from "./pulse.js";
import { type Bystanders, Stage } from "./stage.js";

const HOLDER = fileURLToPath(new URL("./sqlite-lock-holder.js", import.meta.url));
const SHORT_HOLD_MS = 3000;
/** Longer than any server waits that its clients have not left yet. */
const LONG_HOLD_MS = 15_000;
const BOUND_MS = 10_000;
const FAST_MS = 100;
const HEALED_WITHIN_MS = 2000;

/** Another process - a backup, somebody's shell - holds the write lock of the embedded database. */
export const sqliteLock: FaultProgram = {
  name: "sqlite-lock",
  databases: ["sqlite"],
  isAlone: true,
  promise: "51: a foreign write lock stops neither reading nor the process, and all heals",
  async run(setting, report) {
    const stage = await Stage.open(setting);
    await stage.startServer();
    const bystanders = await stage.newBystanders(30);
    const traffic = stage.newTraffic({ people: 4, thinkMs: 50 });
    traffic.start();
    const briefly = await watchLock(setting, stage, { ...bystanders, holdMs: SHORT_HOLD_MS });
    checkReading("3 s", briefly, report);
    const refused = briefly.writes.filter(({ code }) => code !== undefined);
    report.checkNone("3 s: writes that did not wait it out", refused.map(describe));
    const long = await watchLock(setting, stage, { ...bystanders, holdMs: LONG_HOLD_MS });
    checkReading("15 s", long, report);
    checkPatience(long, report);
    await traffic.stop();
    await stage.auditAll();
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, /^SERVICE_UNAVAILABLE$/);
    report.checkNone("faults found by the database's own checks", await stage.database.findFaults());
  },
};

interface Watched {
  readonly reads: Beat[];
  readonly probes: Beat[];
  /** Begun while the lock was held. */
  readonly writes: Beat[];
  readonly healedMs: number;
}

/** Lets the lock be held, and looks at what reads, probes and writes experience until some time after it. */
async function watchLock(
  setting: Setting,
  stage: Stage,
  { identifiers, accessToken, holdMs }: Bystanders & { holdMs: number },
): Promise<Watched> {
  const pulses = [
    stage.newPulse(20, meBeat(stage.client, accessToken)),
    stage.newPulse(20, probeBeat(stage.client, "/health")),
    stage.newPulse(100, loginBeat(stage.client, identifiers)),
  ] as const;
  await delay(300);
  const { lockedAt, releasedAt } = await holdLock(setting, stage, holdMs);
  await delay(HEALED_WITHIN_MS);
  await Promise.all(pulses.map((pulse) => pulse.stop()));
  const [reads, probes, writes] = pulses;
  return {
    reads: reads.between(lockedAt, releasedAt),
    probes: probes.between(lockedAt, releasedAt),
    writes: writes.between(lockedAt, releasedAt),
    healedMs: healedAfter(releasedAt, writes.beats),
  };
}

async function holdLock(setting: Setting, stage: Stage, holdMs: number) {
  const file = stage.database.url.replace(/^sqlite:/, "");
  const holder = spawn(process.execPath, [HOLDER, file, String(holdMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  setting.scope.defer(() => holder.kill("SIGKILL"));
  const exit = once(holder, "exit");
  await Promise.race([once(holder.stdout, "data"), exit]);
  const lockedAt = performance.now();
  const [code] = await exit;
  const releasedAt = performance.now();
  if (code !== 0 || releasedAt - lockedAt < holdMs * 0.9) throw new Error("The lock could not be held");
  return { lockedAt, releasedAt };
}

/** When the last write came back that was refused; Infinity when none has succeeded since. */
function healedAfter(releasedAt: number, writes: readonly Beat[]): number {
  const ends = (beats: readonly Beat[]) => beats.map(({ startedAt, ms }) => startedAt + ms - releasedAt);
  const failures = ends(writes.filter(({ code }) => code !== undefined));
  const successes = ends(writes.filter(({ code }) => code === undefined));
  const lastFailure = Math.max(0, ...failures);
  return successes.some((end) => end > lastFailure) ? lastFailure : Number.POSITIVE_INFINITY;
}

function checkReading(name: string, { reads, probes, healedMs }: Watched, report: Report): void {
  const failed = [...reads, ...probes].filter(({ code }) => code !== undefined);
  report.checkNone(`${name}: reads and probes that failed`, failed.map(describe));
  const [readP99, probeP99] = [percentile(timesOf(reads), 0.99), percentile(timesOf(probes), 0.99)];
  report.check(`${name}: me goes on, p99 < 100 ms`, readP99 < FAST_MS, describeTimes(timesOf(reads)));
  report.check(`${name}: /health is fast, p99 < 100 ms`, probeP99 < FAST_MS, describeTimes(timesOf(probes)));
  report.check(`${name}: writes go on in under 2 s after it`, healedMs < HEALED_WITHIN_MS, inMs(healedMs));
}

function checkPatience({ writes }: Watched, report: Report): void {
  const codes = new Tally();
  for (const { code } of writes) codes.add(code ?? "done");
  report.figure("15 s: writes by outcome", codes);
  const refused = codes.of("SERVICE_UNAVAILABLE");
  report.check("15 s: writes get SERVICE_UNAVAILABLE", refused > 0, refused);
  const others = codes.names.filter((code) => !["done", "SERVICE_UNAVAILABLE"].includes(code));
  report.checkNone("15 s: other errors", others);
  report.check(
    "15 s: no write waits 10 s",
    maximum(timesOf(writes)) < BOUND_MS,
    describeTimes(timesOf(writes)),
  );
}

const describe = ({ code, ms }: Beat): string => `${code} after ${inMs(ms)}`;
