import { setTimeout as delay } from "node:timers/promises";
import { describeTimes, inMs, maximum, percentile, type Report, Tally } from "./figures.js";
import { type Beat, loginBeat, meBeat, Pulse, probeBeat, timesOf } from "./pulse.js";
import type { Bystanders, Stage } from "./stage.js";

const FAST_MS = 100;
const BOUND_MS = 10_000;
const AIM_MS = 6000;
const IN_A_ROW = 20;
const POLL_MS = 20;
const GIVE_UP_MS = 30_000;

export interface Outage {
  readonly name: string;
  /** Resolves when the database is gone, or has been. */
  begin(): void | Promise<void>;
  /** How long it stays away; 0 where it comes back at once and nothing can be said about the time between. */
  readonly holdMs: number;
  /** Resolves when the database answers again. */
  end(): void | Promise<void>;
}

interface Watched {
  readonly reads: Pulse;
  readonly writes: Pulse;
  readonly health: Pulse;
  readonly ready: Pulse;
}

/** Brings an outage about, and looks at what everybody experiences until all is well again. */
export async function watchOutage(
  stage: Stage,
  outage: Outage,
  { bystanders, report }: { bystanders: Bystanders; report: Report },
): Promise<void> {
  const { identifiers, accessToken } = bystanders;
  const { client } = stage;
  stage.ledger.scene = `${outage.name}: `;
  const watched: Watched = {
    reads: stage.newPulse(50, meBeat(client, accessToken)),
    writes: stage.newPulse(200, loginBeat(client, identifiers)),
    health: stage.newPulse(50, probeBeat(client, "/health")),
    ready: stage.newPulse(100, probeBeat(client, "/ready")),
  };
  await delay(500);
  const beganAt = performance.now();
  await outage.begin();
  const goneAt = performance.now();
  await delay(outage.holdMs);
  const endsAt = performance.now();
  await outage.end();
  const backAt = performance.now();
  const healing = await timeHealing(stage, bystanders);
  await Promise.all(Object.values(watched).map((pulse: Pulse) => pulse.stop()));
  if (outage.holdMs > 0) checkGone(outage.name, watched, { goneAt, endsAt, report });
  checkAll(outage.name, watched, { beganAt, backAt, report });
  checkHealing(outage.name, healing, report);
}

async function timeHealing(stage: Stage, { identifiers, accessToken }: Bystanders) {
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const soundBeats = async (beat: () => Promise<Beat>, wanted: number): Promise<number> => {
    for (let inARow = 0; inARow < wanted; ) {
      if (elapsed() > GIVE_UP_MS) return Number.POSITIVE_INFINITY;
      const isSound = (await beat()).code === undefined;
      inARow = isSound ? inARow + 1 : 0;
      if (!isSound) await delay(POLL_MS);
    }
    return elapsed();
  };
  const [readyMs, readsMs, writesMs] = await Promise.all([
    soundBeats(probeBeat(stage.client, "/ready"), 1),
    soundBeats(meBeat(stage.client, accessToken), IN_A_ROW),
    soundBeats(loginBeat(stage.client, identifiers), IN_A_ROW),
  ]);
  return { readyMs, servingMs: Math.max(readsMs, writesMs) };
}

/** What began and was answered while there was no database can only be a refusal, and a quick one. */
function checkGone(
  name: string,
  { reads, writes, ready }: Watched,
  { goneAt, endsAt, report }: { goneAt: number; endsAt: number; report: Report },
): void {
  const begun = [...reads.between(goneAt, endsAt), ...writes.between(goneAt, endsAt)];
  const answered = begun.filter(({ startedAt, ms }) => startedAt + ms < endsAt);
  const codes = tally(answered);
  const refused = codes.of("SERVICE_UNAVAILABLE");
  report.check(`${name}: all answers are SERVICE_UNAVAILABLE`, refused > 0 && refused === codes.total, codes);
  const times = timesOf(begun);
  report.check(`${name}: refused in under 10 s`, maximum(times) < BOUND_MS, describeTimes(times));
  report.figure(`${name}: the aim, p99 under 6 s`, percentile(times, 0.99) < AIM_MS ? "reached" : "missed");
  const probes = ready.between(goneAt, endsAt).filter(({ startedAt, ms }) => startedAt + ms < endsAt);
  const isRed = probes.length > 0 && probes.every(({ code }) => code === "503");
  report.check(`${name}: /ready is 503`, isRed, `${tally(probes)}; ${describeTimes(timesOf(probes))}`);
}

function checkAll(
  name: string,
  { reads, writes, health }: Watched,
  { beganAt, backAt, report }: { beganAt: number; backAt: number; report: Report },
): void {
  const probes = health.between(beganAt, backAt);
  const isGreen = probes.every(({ code }) => code === undefined);
  const isFast = percentile(timesOf(probes), 0.99) < FAST_MS;
  report.check(`${name}: /health is 200, p99 < 100 ms`, isGreen && isFast, describeTimes(timesOf(probes)));
  const codes = tally([...reads.beats, ...writes.beats]);
  const others = codes.names.filter((code) => !["done", "SERVICE_UNAVAILABLE"].includes(code));
  report.figure(`${name}: me and login by outcome`, codes);
  report.checkNone(`${name}: errors of another kind`, others);
}

function checkHealing(
  name: string,
  { readyMs, servingMs }: { readyMs: number; servingMs: number },
  report: Report,
): void {
  report.check(`${name}: /ready again in under 10 s`, readyMs < BOUND_MS, inMs(readyMs));
  report.check(`${name}: 20 me and 20 logins in a row in 10 s`, servingMs < BOUND_MS, inMs(servingMs));
}

function tally(beats: readonly Beat[]): Tally {
  const codes = new Tally();
  for (const { code } of beats) codes.add(code ?? "done");
  return codes;
}
