import { setTimeout as delay } from "node:timers/promises";
import { checkErrors, checkLedger } from "./audit.js";
import { describeTimes, maximum, Tally } from "./figures.js";
import type { Outcome } from "./graphql-client.js";
import type { FaultProgram } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 5, full: 60 };
const GRACE_MS = 10_000;
/** Whether a connection made after the end is refused or cut is the operating system's business. */
const REFUSED = /^(SERVICE_UNAVAILABLE|NO_ANSWER:.*)$/;
const HANGS_AFTER_MS = GRACE_MS + 5000;

/** 52: an orchestrator stops the server while everybody is at it. */
export const terminate: FaultProgram = {
  name: "terminate",
  databases: ["sqlite", "postgresql"],
  isAlone: false,
  promise: "52: SIGTERM under load breaks nothing off and ends with exit code 0",
  async run(setting, report) {
    const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
    const stage = await Stage.open(setting, { SHUTDOWN_GRACE_SECONDS: String(GRACE_MS / 1000) });
    const seen = newObservations();
    for (let round = 1; round <= rounds; round++) {
      // Every second time whoever reads the log has gone before: writing to it must neither kill nor hang.
      await terminateOnce(stage, { isLogRead: round % 2 === 1, seen });
    }
    await stage.startServer();
    await stage.auditAll();
    const { inFlight, afterwards, stopTimes, exitFaults } = seen;
    report.figure("rounds, every second one without a log reader", rounds);
    report.figure("in flight at the signal", inFlight);
    report.figure("sent after the signal", afterwards);
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, REFUSED);
    report.check("there was something in flight", inFlight.total >= rounds, inFlight.total);
    const brokenOff = inFlight.names.filter((code) => !["answered", "SERVICE_UNAVAILABLE"].includes(code));
    report.checkNone("in flight and neither finished nor 503", brokenOff);
    report.checkNone("exits other than with code 0", exitFaults);
    report.check("stopped within the grace of 10 s", maximum(stopTimes) < GRACE_MS, describeTimes(stopTimes));
    report.checkNone("faults found by the database's own checks", await stage.database.findFaults());
  },
};

interface Observations {
  /** Outcomes of what was under way when the signal was sent. */
  readonly inFlight: Tally;
  readonly afterwards: Tally;
  readonly stopTimes: number[];
  readonly exitFaults: string[];
}

const newObservations = (): Observations => ({
  inFlight: new Tally(),
  afterwards: new Tally(),
  stopTimes: [],
  exitFaults: [],
});

async function terminateOnce(
  stage: Stage,
  { isLogRead, seen }: { isLogRead: boolean; seen: Observations },
): Promise<void> {
  const { server } = await stage.startServer();
  if (!isLogRead) server.closeOutput();
  const traffic = stage.newTraffic({ people: 16, thinkMs: 1 });
  const outcomes: Outcome[] = [];
  stage.client.onOutcome = (outcome) => outcomes.push(outcome);
  traffic.start();
  await traffic.answered(50 + Math.floor(Math.random() * 150));
  const signalledAt = performance.now();
  server.kill("SIGTERM");
  const exitCode = await Promise.race([server.exit, delay(HANGS_AFTER_MS, "hanging", { ref: false })]);
  seen.stopTimes.push(performance.now() - signalledAt);
  if (exitCode !== 0) seen.exitFaults.push(`${exitCode}, log ${isLogRead ? "read" : "not read"}`);
  server.kill("SIGKILL");
  await traffic.stop();
  sortOutcomes(outcomes, signalledAt, seen);
}

function sortOutcomes(outcomes: readonly Outcome[], signalledAt: number, seen: Observations): void {
  for (const { startedAt, ms, code, reason } of outcomes) {
    // Traffic also asks with tokens of ended sessions, to hear that they are dead.
    const isAnswer = code === undefined || reason === "SESSION_REVOKED";
    const name = isAnswer ? "answered" : code;
    if (startedAt >= signalledAt) seen.afterwards.add(name);
    else if (startedAt + ms >= signalledAt) seen.inFlight.add(name);
  }
}
