import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { ServerCommand } from "./candidates/candidate.js";
import type { CoreShare, Cores } from "./cores.js";

/** A peer fills its database first. */
const READY_WITHIN_MS = 900_000;
const END_WITHIN_MS = 10_000;
const KEPT_OUTPUT = 4000;
const LOCAL_URL = /http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):\d+/;

const running = new Set<BenchServer>();

/** For the end of this process, however that comes. */
export function killBenchServers(): void {
  for (const server of running) server.kill();
}

/** A candidate's server: a process of its own on the cores it is given. */
export class BenchServer {
  readonly url: Promise<string>;
  hasEnded = false;
  readonly #child: ChildProcess;
  readonly #end: Promise<unknown>;
  #output = "";

  constructor({ args, cwd, environment }: ServerCommand, cores: Cores, share: CoreShare) {
    const [program, ...rest] = cores.pin(share, [process.execPath, ...args]);
    this.#child = spawn(program, rest, {
      cwd,
      env: { PATH: process.env.PATH, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.url = promise;
    // Whoever starts it need not be waiting yet.
    this.url.catch(() => {});
    const end = (error: Error): void => {
      running.delete(this);
      this.hasEnded = true;
      reject(error);
    };
    this.#end = once(this.#child, "close").then(() => end(this.#endError()), end);
    let isReady = false;
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk) => {
        this.#output = (this.#output + String(chunk)).slice(-KEPT_OUTPUT);
        const [url] = isReady ? [] : (LOCAL_URL.exec(this.#output) ?? []);
        if (url === undefined) return;
        isReady = true;
        resolve(url);
      });
    const patience = setTimeout(() => {
      reject(new Error(`The server did not say its URL: ${this.#output}`));
    }, READY_WITHIN_MS);
    patience.unref();
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("The server's process was not started");
    return this.#child.pid;
  }

  /** @throws with its last words when it is gone, which the load generator only sees as broken connections */
  checkAlive(): void {
    if (this.hasEnded) throw this.#endError();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Resolves when its process is gone: in order, so that its database is whole, or by force. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const abort = new AbortController();
    const force = delay(END_WITHIN_MS, undefined, { signal: abort.signal }).then(
      () => this.kill(),
      () => {},
    );
    await this.#end;
    abort.abort();
    await force;
  }

  #endError(): Error {
    return new Error(`The server ended: ${this.#output}`);
  }
}
