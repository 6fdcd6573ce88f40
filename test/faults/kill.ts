import { checkErrors, checkLedger } from "./audit.js";
import { describeTimes, maximum } from "./figures.js";
import type { FaultProgram } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 6, full: 200 };
const LOST_ANSWER = /^NO_ANSWER:/;
const READY_WITHIN_MS = 5000;
/** That many answers, and any number less, are given before the next kill. */
const ANSWERS_AT_MOST = 120;

/** 48: a process that is killed at any moment has kept what it has said. */
export const kill: FaultProgram = {
  name: "kill",
  databases: ["sqlite", "postgresql"],
  isAlone: false,
  promise: "48: SIGKILL under mixed traffic loses nothing that was acknowledged",
  async run(setting, report) {
    const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
    const stage = await Stage.open(setting);
    const { readyTimes, databaseFaults } = await killAgainAndAgain(stage, rounds);
    await stage.auditAll();
    report.figure("rounds", rounds);
    report.figure("people", stage.ledger.people.length);
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, LOST_ANSWER);
    const { errors } = stage.ledger;
    // A round in which nothing was under way when the process died has tried nothing.
    report.check("kills met requests under way", errors.total >= rounds, errors.total);
    report.checkNone("faults found by the database's own checks", databaseFaults);
    report.check(
      "ready again in under 5 s",
      maximum(readyTimes) < READY_WITHIN_MS,
      describeTimes(readyTimes),
    );
  },
};

async function killAgainAndAgain(stage: Stage, rounds: number) {
  const traffic = stage.newTraffic({ people: 10, thinkMs: 5 });
  const readyTimes: number[] = [];
  const databaseFaults: string[] = [];
  let { server } = await stage.startServer();
  for (let round = 1; round <= rounds; round++) {
    traffic.start();
    await traffic.answered(1 + Math.floor(Math.random() * ANSWERS_AT_MOST));
    server.kill("SIGKILL");
    await server.exit;
    await traffic.stop();
    const restart = await stage.startServer();
    server = restart.server;
    readyTimes.push(restart.readyMs);
    await stage.auditRecent();
    databaseFaults.push(...(await stage.database.findFaults()));
  }
  return { readyTimes, databaseFaults };
}
