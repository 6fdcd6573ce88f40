import type { Config } from "../config/config.js";

/** A command of `npm run cli`: does its work on the database of the configuration, prints what it did, and ends. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** @throws StartError for what an operator can mend */
  run(config: Config): Promise<void>;
}
