import "../node-version.js";
import "reflect-metadata";
import { type Command, runCommand } from "./command.js";
import { pruneCommand } from "./prune.js";

/** Every command of `npm run cli`, by its name. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([["prune", pruneCommand]]);

const [name = "", ...rest] = process.argv.slice(2);
const command = COMMANDS.get(name);
if (command === undefined || rest.length > 0) {
  console.error(describeUsage());
  process.exitCode = name === "--help" ? 0 : 2;
} else {
  await runCommand(command);
}

function describeUsage(): string {
  const lines = [...COMMANDS].map(([known, { summary }]) => `  ${known.padEnd(16)}${summary}`);
  return ["Usage: npm run cli -- <command>", "", ...lines].join("\n");
}
