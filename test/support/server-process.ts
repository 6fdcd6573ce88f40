import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "./repository.js";

/** What `npm start` and the image run. */
export const SERVER = join(ROOT, "dist/server/main.js");

const running = new Set<ServerProcess>();

/** For whoever starts servers: jest's `afterAll`, or the end of a fault program. */
export function killServers(): void {
  for (const server of running) server.kill("SIGKILL");
}

/** The server as an operator runs it: a process of its own in a folder of its own. */
export class ServerProcess {
  output = "";
  url = "";
  readonly exit: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    running.add(this);
    // Not "exit": what it has written may still be on its way.
    this.exit = once(child, "close").then(([code]) => {
      running.delete(this);
      return code as number | null;
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => this.#read(String(chunk)));
  }

  /** Starts it with nothing but the given variables, and waits until it is ready or has ended. */
  static async start(
    cwd: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const child = spawn(process.execPath, [SERVER], {
      cwd,
      env: { PATH: process.env.PATH, PORT: "0", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const server = new ServerProcess(child);
    await Promise.race([server.exit, server.#ready.promise]);
    return server;
  }

  readonly #ready = Promise.withResolvers<void>();

  get logLines(): Record<string, unknown>[] {
    return this.output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("The server's process was not started");
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What a log collector does that dies: from now on nobody reads what the server writes. */
  closeOutput(): void {
    this.child.stdout?.destroy();
  }

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  async graphql(query: string, variables: object = {}, token?: string): Promise<any> {
    if (this.url === "") throw new Error(`The server did not start:\n${this.output}`);
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  }

  #read(text: string): void {
    this.output += text;
    if (this.url !== "") return;
    const url = /ready at (http:\S+)\/graphql/.exec(this.output)?.[1];
    if (url === undefined) return;
    this.url = url;
    this.#ready.resolve();
  }
}
