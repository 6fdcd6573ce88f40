import { setTimeout as delay } from "node:timers/promises";
import type { ServerProcess } from "../support/server-process.js";
import { checkErrors, checkLedger } from "./audit.js";
import { describeTimes, maximum, type Report } from "./figures.js";
import { GraphqlClient, type Outcome } from "./graphql-client.js";
import type { FaultProgram, Setting } from "./program.js";
import { RoundRobinProxy } from "./round-robin-proxy.js";
import { checkSharedState } from "./shared-state.js";
import { Stage } from "./stage.js";

const ROUNDS = { short: 2, full: 20 };
const RECOVERED_WITHIN_MS = 2000;
const UNDISTURBED_MS = 1500;
const SERVING_WITHIN_MS = 10_000;
const LOGIN_ATTEMPTS = 10;

/** 50: more than one server over one PostgreSQL, as the README says to scale. */
export const twoInstances: FaultProgram = {
  name: "two-instances",
  databases: ["postgresql"],
  isAlone: false,
  promise: "50: two servers over one database act as one, and the death of one loses nothing",
  async run(setting, report) {
    const stage = await Stage.open(setting, { LOGIN_ATTEMPTS_PER_ACCOUNT: String(LOGIN_ATTEMPTS) });
    // On an empty database both want to migrate it and to make the first signing key.
    const started = await Promise.all([stage.startServer(), stage.startServer()]);
    const readyTimes = started.map(({ readyMs }) => readyMs);
    report.check(
      "two first starts at once in under 5 s",
      maximum(readyTimes) < 5000,
      describeTimes(readyTimes),
    );
    const servers = started.map(({ server }) => server);
    const clients = servers.map(({ url }) => new GraphqlClient(url));
    for (const client of clients) setting.scope.defer(() => client.close());
    await checkSharedState(stage, clients, { loginAttempts: LOGIN_ATTEMPTS, report });
    const proxy = await RoundRobinProxy.listen(
      servers.map(({ url }) => url),
      setting.scope,
    );
    await killUnderTraffic(setting, stage, { servers, proxy, report });
    await stage.auditAll();
    checkLedger(stage.ledger, report);
    // What the dying one had in hand; the proxy must not try that elsewhere.
    checkErrors(stage.ledger, report, /^HTTP_502$/);
    report.checkNone("faults found by the database's own checks", await stage.database.findFaults());
  },
};

interface Play {
  readonly servers: ServerProcess[];
  readonly proxy: RoundRobinProxy;
  readonly report: Report;
}

async function killUnderTraffic(
  setting: Setting,
  stage: Stage,
  { servers, proxy, report }: Play,
): Promise<void> {
  const rounds = setting.rounds ?? (setting.short ? ROUNDS.short : ROUNDS.full);
  const traffic = stage.newTraffic({ people: 16, thinkMs: 5 });
  const errors: Outcome[] = [];
  stage.client.url = proxy.url;
  stage.client.onOutcome = (outcome) => {
    if (outcome.code !== undefined && outcome.reason !== "SESSION_REVOKED") errors.push(outcome);
  };
  const recoveryTimes: number[] = [];
  const returnTimes: number[] = [];
  traffic.start();
  for (let round = 0; round < rounds; round++) {
    const victim = round % servers.length;
    await delay(UNDISTURBED_MS);
    const killedAt = performance.now();
    servers[victim]?.kill("SIGKILL");
    await delay(UNDISTURBED_MS);
    const lastErrorAt = Math.max(killedAt, ...errors.map(({ startedAt, ms }) => startedAt + ms));
    recoveryTimes.push(lastErrorAt - killedAt);
    returnTimes.push(await bringBack(stage, victim, { servers, proxy }));
  }
  await delay(UNDISTURBED_MS);
  await traffic.stop();
  report.figure("kills of one of the two", rounds);
  report.figure("served by each", proxy.backends.map(({ served }) => served).join(" and "));
  report.check(
    "errors end in under 2 s after a kill",
    maximum(recoveryTimes) < RECOVERED_WITHIN_MS,
    describeTimes(recoveryTimes),
  );
  report.check("kills met requests under way", errors.length > 0, `${errors.length} errors`);
  report.check(
    "restarted, each serves again within 10 s",
    maximum(returnTimes) < SERVING_WITHIN_MS,
    describeTimes(returnTimes),
  );
}

/** @returns how long it takes from the start of the process to the first request that the proxy gives it */
async function bringBack(
  stage: Stage,
  victim: number,
  { servers, proxy }: Omit<Play, "report">,
): Promise<number> {
  const startedAt = performance.now();
  const { server } = await stage.startServer();
  servers[victim] = server;
  stage.client.url = proxy.url;
  const backend = proxy.backends[victim];
  if (backend === undefined) throw new Error("The proxy knows no such server");
  backend.url = server.url;
  const served = backend.served;
  while (backend.served === served) {
    if (performance.now() - startedAt > SERVING_WITHIN_MS) return Number.POSITIVE_INFINITY;
    await delay(20);
  }
  return performance.now() - startedAt;
}
