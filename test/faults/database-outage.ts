import { setTimeout as delay } from "node:timers/promises";
import { checkErrors, checkLedger } from "./audit.js";
import { postgresDatabase } from "./databases.js";
import { type Outage, watchOutage } from "./outage-watch.js";
import { PostgresCluster } from "./postgres-cluster.js";
import type { FaultProgram } from "./program.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 1, full: 3 };
const CRASHES = { short: 4, full: 60 };
const TERMINATIONS = 5;

/** 51: the database goes away in every way it can; the server stays, says so, and goes on when it is back. */
export const databaseOutage: FaultProgram = {
  name: "database-outage",
  databases: ["postgresql"],
  isAlone: true,
  promise: "51: without its database the server fails closed and in time, stays alive and heals by itself",
  async run(setting, report) {
    const cluster = await PostgresCluster.create(setting.scope);
    const stage = await Stage.open(setting, {}, postgresDatabase(cluster.url));
    const { server } = await stage.startServer();
    const bystanders = await stage.newBystanders(20);
    const traffic = stage.newTraffic({ people: 16, thinkMs: 10 });
    traffic.start();
    const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
    for (let round = 1; round <= rounds; round++)
      for (const outage of outagesOf(cluster, setting.short))
        await watchOutage(stage, outage, { bystanders, report });
    await crashRepeatedly(stage, cluster, setting.short ? CRASHES.short : CRASHES.full);
    await traffic.stop();
    stage.ledger.scene = "afterwards: ";
    await stage.auditAll();
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, /^SERVICE_UNAVAILABLE$/);
    report.checkNone("faults found by the database's own checks", await stage.database.findFaults());
    const isRunning = await Promise.race([server.exit.then(() => false), delay(0, true)]);
    report.check("it is the same process from first to last", isRunning);
  },
};

function outagesOf(cluster: PostgresCluster, short: boolean): Outage[] {
  return [
    {
      name: "stopped",
      begin: () => cluster.stop("fast"),
      holdMs: short ? 2000 : 15_000,
      end: () => cluster.start(),
    },
    {
      name: "paused",
      begin: () => cluster.pause(),
      // Longer than any answer may take, or most requests would just wait for its end.
      holdMs: short ? 7000 : 20_000,
      end: () => cluster.resume(),
    },
    { name: "restarted", begin: () => cluster.stop("fast"), holdMs: 0, end: () => cluster.start() },
    { name: "crashed", begin: () => cluster.stop("immediate"), holdMs: 0, end: () => cluster.start() },
    { name: "connections cut", begin: () => terminateRepeatedly(cluster), holdMs: 0, end: () => {} },
  ];
}

async function terminateRepeatedly(cluster: PostgresCluster): Promise<void> {
  for (let time = 1; time <= TERMINATIONS; time++) {
    await cluster.terminateConnections();
    await delay(200);
  }
}

/** What is committed at such a moment, and what is said of it, is for the ledger to judge: it takes many to tell. */
async function crashRepeatedly({ ledger }: Stage, cluster: PostgresCluster, times: number): Promise<void> {
  ledger.scene = "crashed again and again: ";
  for (let time = 1; time <= times; time++) {
    await cluster.stop("immediate");
    await cluster.start();
    await delay(500 + Math.random() * 500);
  }
}
