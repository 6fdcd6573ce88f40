import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, statSync } from "node:fs";
import { basename, join, posix } from "node:path";
import type { BuildContext } from "./build-context.js";
import { type Instruction, parseDurationMs, parseExecForm } from "./dockerfile.js";
import { Stage } from "./stage.js";

const STEP_PATIENCE_MS = 300_000;

const KNOWN_FLAGS: Readonly<Record<string, readonly string[]>> = {
  COPY: ["from"],
  HEALTHCHECK: ["interval", "timeout", "start-period", "retries"],
};

export interface BuildSite {
  /** Where stages get their folders. */
  readonly folder: string;
  readonly context: BuildContext;
  /** A folder with the Node that stands for the image's, and nothing else. */
  readonly nodeFolder: string;
}

/** Carries a Dockerfile's instructions out in empty folders, and refuses those that it cannot carry out. */
export class ImageBuilder {
  readonly stages: Stage[] = [];

  constructor(private readonly site: BuildSite) {}

  /** @returns the last stage, which is the image */
  build(instructions: readonly Instruction[]): Stage {
    for (const instruction of instructions) {
      try {
        this.#perform(instruction);
      } catch (error) {
        const { line, keyword, rest } = instruction;
        throw new Error(`Dockerfile, line ${line}: ${keyword} ${rest}\n${(error as Error).message}`);
      }
    }
    return this.#current;
  }

  get #current(): Stage {
    const stage = this.stages.at(-1);
    if (stage === undefined) throw new Error("There is no FROM yet");
    return stage;
  }

  #perform(instruction: Instruction): void {
    const { keyword, flags } = instruction;
    const unknown = [...flags.keys()].find((flag) => !KNOWN_FLAGS[keyword]?.includes(flag));
    if (unknown !== undefined) throw new Error(`The flag --${unknown} is not known here`);
    const perform = this.#instructions[keyword];
    if (perform === undefined) throw new Error("This instruction is not known here");
    perform(instruction);
  }

  readonly #instructions: Readonly<Record<string, (instruction: Instruction) => void>> = {
    FROM: ({ rest }) => this.#startStage(rest),
    WORKDIR: ({ rest }) => openFolder(this.#current, rest),
    ENV: ({ rest }) => addVariables(this.#current, rest),
    COPY: ({ rest, flags }) => this.#copy(this.#current, rest.split(/\s+/), flags.get("from")),
    RUN: ({ rest }) => this.#run(this.#current, rest),
    USER: ({ rest }) => setUser(this.#current, rest),
    HEALTHCHECK: ({ rest, flags }) => setHealthCheck(this.#current, rest, flags),
    EXPOSE: ({ rest }) => {
      this.#current.exposedPort = Number(rest);
    },
    CMD: ({ rest }) => {
      this.#current.command = parseExecForm(rest);
    },
  };

  #startStage(text: string): void {
    const [, image = "", name] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(text) ?? [];
    const [major] = process.versions.node.split(".");
    // The Node that stands for the image's must be one that could be in it.
    if (image !== `node:${major}-slim`)
      throw new Error(`Only node:${major}-slim, whose Node this is, is known here`);
    const folder = join(this.site.folder, `stage-${this.stages.length}`);
    this.stages.push(new Stage(folder, name ?? ""));
    for (const [path, mode] of [[folder, 0o755] as const, [join(folder, "tmp"), 0o1777] as const])
      chmodSync(path, mode);
  }

  #copy(stage: Stage, words: readonly string[], from: string | undefined): void {
    const target = words.at(-1) ?? "";
    const sources = words.slice(0, -1);
    const origin = from === undefined ? undefined : this.stages.find(({ name }) => name === from);
    if (from !== undefined && origin === undefined) throw new Error(`There is no stage ${from}`);
    for (const source of sources) {
      if (/[*?[]/.test(source)) throw new Error(`Wildcards are not known here: ${source}`);
      const isIgnored = source !== "." && !this.site.context.includes(source);
      if (origin === undefined && isIgnored) throw new Error(`.dockerignore leaves out ${source}`);
      const path = origin?.locate(source) ?? join(this.site.context.folder, source);
      // Of a folder the content is copied; a file keeps its name only where the target is a folder.
      const isIntoFolder = !statSync(path).isDirectory() && /(^|\/)\.?$/.test(target);
      const destination = stage.locate(isIntoFolder ? join(target, basename(source)) : target);
      if (origin === undefined) this.site.context.copyTo(destination, source === "." ? "" : source);
      else cpSync(path, destination, { recursive: true, verbatimSymlinks: true });
    }
  }

  #run(stage: Stage, command: string): void {
    if (/(^|[\s'"=])\//.test(command) || command.includes("..")) {
      throw new Error("Outside a container only relative paths are safe");
    }
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
      cwd: stage.locate("."),
      env: { ...this.#buildEnvironment(), ...stage.environment },
      encoding: "utf8",
      timeout: STEP_PATIENCE_MS,
    });
    if (status !== 0) throw new Error(`Exit code ${status}\n${stdout}${stderr}`);
  }

  /** The machine's own, as npm needs its proxies and certificates; nothing of the npm that runs this program. */
  #buildEnvironment(): Record<string, string | undefined> {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^npm_|^NODE_(ENV|OPTIONS)$|^(INIT_CWD|PATH)$/.test(name),
    );
    const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
    return { ...Object.fromEntries(own), PATH: [this.site.nodeFolder, ...path].join(":") };
  }
}

function openFolder(stage: Stage, path: string): void {
  mkdirSync(stage.locate(path), { recursive: true });
  stage.workingDirectory = posix.resolve(stage.workingDirectory, path);
}

function addVariables(stage: Stage, text: string): void {
  const pairs = text.split(/\s+/).map((pair) => /^(\w+)=([^"'$\\]*)$/.exec(pair));
  if (pairs.includes(null)) throw new Error("Only plain NAME=value is known here");
  const added = pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]);
  stage.environment = { ...stage.environment, ...Object.fromEntries(added) };
}

function setUser(stage: Stage, text: string): void {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(text) ?? [];
  if (uid === undefined) throw new Error("Kubernetes' runAsNonRoot needs the user as numbers");
  stage.user = { uid: Number(uid), gid: Number(gid) };
}

function setHealthCheck(stage: Stage, text: string, flags: ReadonlyMap<string, string>): void {
  const [, command = ""] = /^CMD\s+(.+)$/s.exec(text) ?? [];
  parseDurationMs(flags.get("interval") ?? "30s");
  parseDurationMs(flags.get("start-period") ?? "0s");
  stage.healthCheck = {
    command: parseExecForm(command),
    timeoutMs: parseDurationMs(flags.get("timeout") ?? "30s"),
  };
}
