import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SERVER } from "../support/server-process.js";
import { checkErrors, checkLedger } from "./audit.js";
import { describeTimes, inMs } from "./figures.js";
import type { FaultProgram } from "./program.js";
import type { Scope } from "./scope.js";
import { Stage } from "./stage.js";

const GRACE_SECONDS = 3;
const HANGS_AFTER_MS = 10_000;
const READY_WITHIN_MS = 10_000;
const TRAFFIC_MS = 1500;

/** 52: whoever collects the log is stuck: the pipe is full, and nobody reads and nobody closes it. */
export const stalledLog: FaultProgram = {
  name: "stalled-log",
  databases: ["sqlite"],
  isAlone: false,
  promise: "52: a log that nobody reads keeps the server neither from serving nor from stopping",
  async run(setting, report) {
    const stage = await Stage.open(setting, { SHUTDOWN_GRACE_SECONDS: String(GRACE_SECONDS) });
    const { log, serverEnd } = openPipe(stage.folder, setting.scope);
    const child = spawn(process.execPath, [SERVER], {
      cwd: stage.folder,
      env: { PATH: process.env.PATH, PORT: "0", ...stage.serverEnvironment },
      stdio: ["ignore", serverEnd, "inherit"],
    });
    setting.scope.defer(() => child.kill("SIGKILL"));
    const exit = once(child, "exit").then(([code]) => code as number | null);
    stage.client.url = await readUrl(log);
    fill(log);
    const times: number[] = [];
    stage.client.onOutcome = ({ ms }) => times.push(ms);
    const traffic = stage.newTraffic({ people: 8, thinkMs: 5 });
    traffic.start();
    await delay(TRAFFIC_MS);
    await traffic.stop();
    const signalledAt = performance.now();
    child.kill("SIGTERM");
    const exitCode = await Promise.race([exit, delay(HANGS_AFTER_MS, "still running", { ref: false })]);
    const stopMs = performance.now() - signalledAt;
    child.kill("SIGKILL");
    await exit;
    await stage.startServer();
    await stage.auditAll();
    report.figure("answered", describeTimes(times));
    checkLedger(stage.ledger, report);
    checkErrors(stage.ledger, report, /^$/);
    report.check("exit code 0", exitCode === 0, exitCode);
    report.check(
      `stopped within the grace of ${GRACE_SECONDS} s`,
      stopMs < (GRACE_SECONDS + 1) * 1000,
      inMs(stopMs),
    );
  },
};

/** Opened twice: whether writing blocks is a property of the opening, and the server's is the server's to set. */
function openPipe(folder: string, scope: Scope): { log: number; serverEnd: number } {
  const path = join(folder, "log");
  execFileSync("mkfifo", [path]);
  const log = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const serverEnd = openSync(path, constants.O_WRONLY);
  scope.defer(() => closeSync(log));
  scope.defer(() => closeSync(serverEnd));
  return { log, serverEnd };
}

async function readUrl(pipe: number): Promise<string> {
  const chunk = Buffer.alloc(65_536);
  const deadline = performance.now() + READY_WITHIN_MS;
  for (let output = ""; performance.now() < deadline; await delay(20)) {
    const length = ifNotBlocked(() => readSync(pipe, chunk)) ?? 0;
    output += chunk.toString("utf8", 0, length);
    const url = /ready at (http:\S+)\/graphql/.exec(output)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error("The server did not start");
}

function fill(pipe: number): void {
  for (const size of [4096, 1]) {
    const line = Buffer.alloc(size, "\n");
    while (ifNotBlocked(() => writeSync(pipe, line)) !== undefined);
  }
}

function ifNotBlocked<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}
