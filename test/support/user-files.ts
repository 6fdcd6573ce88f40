import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliResult, runCli } from "./cli-process.js";
import type { TestApp } from "./test-app.js";

/** The cost of TestApp, so that a hash of one is a hash of the other. */
export const commandEnvironment = (app: TestApp): Record<string, string> => ({
  NODE_ENV: "test",
  DATABASE_URL: app.database.url,
  ARGON2_MEMORY_KIB: "64",
  ARGON2_ITERATIONS: "1",
});

/** A folder of files that are imported and exported, gone with the test file. */
export class UserFiles {
  readonly #folder = mkdtempSync(join(tmpdir(), "latchkey-"));

  path(name: string): string {
    return join(this.#folder, name);
  }

  write(name: string, content: string | readonly object[]): string {
    const text =
      typeof content === "string" ? content : content.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** The lines of a file of NDJSON. */
  read(name: string): Record<string, unknown>[] {
    const lines = readFileSync(this.path(name), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function importUsers(app: TestApp, args: readonly string[], input?: string): Promise<CliResult> {
  return runCli(["import-users", ...args], { environment: commandEnvironment(app), input });
}
