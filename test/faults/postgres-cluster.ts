import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, globSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { askPostgresql } from "../support/postgresql.js";
import { CannotRun } from "./program.js";
import type { Scope } from "./scope.js";

const START_WITHIN_MS = 30_000;
const POLL_MS = 20;

/** "fast" breaks off transactions and ends in order; "immediate" is a crash, with recovery at the next start. */
export type StopMode = "fast" | "immediate";

/** A PostgreSQL server of our own, to stop, pause and break as nobody may do with one that others use. */
export class PostgresCluster {
  #postmaster: ChildProcess | undefined;
  #isDisposed = false;

  private constructor(
    private readonly binaries: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async create(scope: Scope): Promise<PostgresCluster> {
    const binaries = findBinaries();
    const folder = scope.temporaryFolder();
    const { uid, gid } = owner();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const options = ["--pgdata", folder, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"];
    await promisify(execFile)(join(binaries, "initdb"), options, { ...owner(), cwd: folder });
    const cluster = new PostgresCluster(binaries, folder, await freePort());
    scope.defer(() => cluster.#dispose());
    await cluster.start();
    return cluster;
  }

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    if (this.#isDisposed) throw new Error("The program is over");
    const options = [
      "-D",
      this.folder,
      "-p",
      String(this.port),
      "-h",
      "127.0.0.1",
      "-k",
      "",
      "-c",
      "fsync=on",
    ];
    this.#postmaster = spawn(join(this.binaries, "postgres"), options, {
      ...owner(),
      cwd: this.folder,
      stdio: "ignore",
      // A Ctrl-C is for the program, which then ends it.
      detached: true,
    });
    const deadline = performance.now() + START_WITHIN_MS;
    while (!(await this.isAnswering())) {
      if (performance.now() > deadline) throw new Error("PostgreSQL did not start");
      await delay(POLL_MS);
    }
  }

  async stop(mode: StopMode): Promise<void> {
    const exit = this.#exit();
    this.#postmaster?.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
    await exit;
  }

  /** Like a machine that hangs: connections stand, the kernel even accepts new ones, and nothing ever answers. */
  pause(): void {
    // The postmaster first, lest it starts a process that is not stopped.
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  async terminateConnections(): Promise<void> {
    await askPostgresql(
      this.url,
      "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
  }

  isAnswering(): Promise<boolean> {
    return askPostgresql(this.url, "select 1").then(
      () => true,
      () => false,
    );
  }

  #signal(signal: NodeJS.Signals): void {
    const postmaster = this.#postmaster?.pid;
    if (postmaster === undefined) throw new Error("PostgreSQL is not running");
    process.kill(postmaster, signal);
    for (const pid of childrenOf(postmaster)) killIfThere(pid, signal);
  }

  async #exit(): Promise<void> {
    const postmaster = this.#postmaster;
    if (postmaster === undefined || postmaster.exitCode !== null || postmaster.signalCode !== null) return;
    await once(postmaster, "exit");
  }

  async #dispose(): Promise<void> {
    this.#isDisposed = true;
    const exit = this.#exit();
    const postmaster = this.#postmaster;
    if (postmaster?.pid !== undefined && postmaster.exitCode === null && postmaster.signalCode === null)
      this.#signal("SIGKILL");
    await exit;
  }
}

function findBinaries(): string {
  const byVersion = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
  const debian = globSync("/usr/lib/postgresql/*/bin/initdb").sort(byVersion).reverse();
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "initdb"));
  const initdb = [...debian, ...onPath].find((path) => existsSync(path));
  if (initdb === undefined) throw new CannotRun("no initdb in /usr/lib/postgresql/*/bin nor on the PATH");
  return dirname(initdb);
}

/** PostgreSQL refuses to run as root: then it runs as the user its package has made. */
function owner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  try {
    return { uid: idOf("-u"), gid: idOf("-g") };
  } catch {
    throw new CannotRun("PostgreSQL does not run as root, and there is no user postgres");
  }
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself since it was listed.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}
