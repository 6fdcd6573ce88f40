import { execFile } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./repository.js";

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliSurroundings {
  /** All that it gets, besides PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `npm run cli -- …` as an operator runs it: a process of its own. Whatever its exit code, it resolves. */
export function runCli(
  args: readonly string[],
  { environment = {}, cwd = "/" }: CliSurroundings = {},
): Promise<CliResult> {
  const { promise, resolve } = Promise.withResolvers<CliResult>();
  const options = { env: { PATH: process.env.PATH, ...environment }, cwd };
  execFile(
    process.execPath,
    [join(ROOT, "dist/src/cli/cli.js"), ...args],
    options,
    (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    },
  );
  return promise;
}
