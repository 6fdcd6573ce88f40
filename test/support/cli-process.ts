import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./repository.js";

export const CLI = join(ROOT, "dist/src/cli/cli.js");

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliSurroundings {
  /** All that it gets, besides PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What comes on standard input; nothing otherwise. */
  readonly input?: string | Buffer;
}

/** `npm run cli -- …` as an operator runs it: a process of its own. Whatever its exit code, it resolves. */
export function runCli(
  args: readonly string[],
  { environment = {}, cwd = "/", input = "" }: CliSurroundings = {},
): Promise<CliResult> {
  const { promise, resolve } = Promise.withResolvers<CliResult>();
  const options = { env: { PATH: process.env.PATH, ...environment }, cwd };
  const child = execFile(process.execPath, [CLI, ...args], options, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
  });
  // It may end without reading.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  return promise;
}

/** The same, to be killed. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    cwd: "/",
    stdio: "ignore",
  });
}
