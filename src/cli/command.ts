import type { Config } from "../config/config.js";
import { loadProcessConfig } from "../config/process-config.js";
import { StartError } from "../lib/start-error.js";

/** A command of `npm run cli`: does its work on the database of the configuration, prints what it did, and ends. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** @throws StartError for what an operator can mend */
  run(config: Config): Promise<void>;
}

export async function runCommand(command: Command): Promise<void> {
  try {
    await command.run(loadProcessConfig());
  } catch (error) {
    // Never the error as a whole: a database driver hangs statements and rows on it.
    const { message, stack } = error as Error;
    console.error(error instanceof StartError ? message : stack);
    process.exitCode = 1;
  }
}
