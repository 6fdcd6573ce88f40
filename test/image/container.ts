import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Stage } from "./stage.js";

const POLL_INTERVAL_MS = 100;
const START_PATIENCE_MS = 30_000;
const COMMAND_PATIENCE_MS = 30_000;

type Environment = Readonly<Record<string, string>>;

/** Whether the image's user can be somebody else than who runs this program. */
export const canChangeUser = process.getuid?.() === 0;

const running = new Set<ChildProcess>();

export function killContainers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** Processes in an image as a container would run them: its user, its variables and those given, no privileges. */
export class Container {
  output = "";

  constructor(
    private readonly image: Stage,
    private readonly nodeFolder: string,
    private readonly given: Environment,
  ) {}

  /** Starts the image's CMD and waits until it is ready. */
  async start(url: string): Promise<ChildProcess> {
    const [program, ...words] = this.#asUser(this.image.command);
    if (program === undefined) throw new Error("The image has no CMD");
    const child = spawn(program, words, { ...this.#surroundings, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        this.output += chunk;
      });
    const until = performance.now() + START_PATIENCE_MS;
    while (child.exitCode === null && performance.now() < until) {
      const status = await fetch(`${url}/ready`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return child;
      await delay(POLL_INTERVAL_MS);
    }
    throw new Error(`The image's CMD did not become ready:\n${this.output}`);
  }

  /** As `docker exec` would, and health checks. */
  execute(command: readonly string[], patienceMs = COMMAND_PATIENCE_MS) {
    const [program = "", ...words] = this.#asUser(command);
    return spawnSync(program, words, { ...this.#surroundings, encoding: "utf8", timeout: patienceMs });
  }

  /** As `docker stop` would. */
  async stop(child: ChildProcess): Promise<{ code: number | null; ms: number }> {
    const startedAt = performance.now();
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = await exit;
    return { code: code as number | null, ms: performance.now() - startedAt };
  }

  get #surroundings() {
    const { image } = this;
    const machine = { PATH: this.nodeFolder, TMPDIR: join(image.root, "tmp") };
    return { cwd: image.locate("."), env: { ...machine, ...image.environment, ...this.given } };
  }

  #asUser(command: readonly string[]): string[] {
    const { uid, gid } = this.image.user;
    const [program = "", ...words] = command;
    const own = [program === "node" ? join(this.nodeFolder, "node") : program, ...words];
    if (!canChangeUser) return own;
    const drop = ["--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"];
    return ["/usr/bin/setpriv", `--reuid=${uid}`, `--regid=${gid}`, ...drop, ...own];
  }
}
