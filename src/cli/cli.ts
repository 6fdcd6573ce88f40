import "../node-version.js";
import "reflect-metadata";
import { type Command, runCommand } from "./command.js";
import { createAdminCommand } from "./create-admin.js";
import { doctorCommand } from "./doctor.js";
import { exportUsersCommand } from "./export-users.js";
import { importUsersCommand } from "./import-users.js";
import { pruneCommand } from "./prune.js";
import { rotateKeysCommand } from "./rotate-keys.js";
import { seedCommand } from "./seed.js";

const INVOCATION = "npm run cli --";

/** Every command of `npm run cli`, by its name. */
const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["create-admin", createAdminCommand],
  ["doctor", doctorCommand],
  ["export-users", exportUsersCommand],
  ["import-users", importUsersCommand],
  ["prune", pruneCommand],
  ["rotate-keys", rotateKeysCommand],
  ["seed", seedCommand],
]);

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS.get(name);
if (command !== undefined) {
  await runCommand(`${INVOCATION} ${name}`, command, args);
} else if (name === "--help") {
  console.log(describeUsage());
} else {
  if (name !== "") console.error(`There is no command ${JSON.stringify(name)}.\n`);
  console.error(describeUsage());
  process.exitCode = 2;
}

function describeUsage(): string {
  const lines = [...COMMANDS].map(([known, { summary }]) => `  ${known.padEnd(16)}${summary}`);
  return [
    `Usage: ${INVOCATION} <command> [options]`,
    "",
    ...lines,
    "",
    `${INVOCATION} <command> --help tells its options.`,
  ].join("\n");
}
