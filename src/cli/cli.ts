import "../node-version.js";
import "reflect-metadata";
import { loadProcessConfig } from "../config/process-config.js";
import { StartError } from "../lib/start-error.js";
import type { Command } from "./command.js";
import { pruneCommand } from "./prune.js";

/** Every command of `npm run cli`, by its name. */
const COMMANDS: Readonly<Record<string, Command>> = { prune: pruneCommand };

const [name = "", ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command === undefined || rest.length > 0) {
  console.error(describeUsage());
  process.exit(name === "--help" ? 0 : 2);
}
try {
  await command.run(loadProcessConfig());
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

function describeUsage(): string {
  const lines = Object.entries(COMMANDS).map(([command, { summary }]) => `  ${command.padEnd(16)}${summary}`);
  return ["Usage: npm run cli -- <command>", "", ...lines].join("\n");
}
