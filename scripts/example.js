/** Starts the server and the example application beside it, each with what it needs of the other. Ctrl-C stops both. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

const PAGES = "http://localhost:5173";
const PORT = process.env.PORT || "4000";
const environment = {
  PORT,
  CORS_ORIGINS: PAGES,
  VERIFY_EMAIL_URL: `${PAGES}/verify-email`,
  RESET_PASSWORD_URL: `${PAGES}/reset-password`,
  VITE_GRAPHQL_URL: `http://localhost:${PORT}/graphql`,
  ...process.env,
};

run("node", "scripts/build.js");
run("npm", "run", "--silent", "codegen", "--workspace", "examples/web", "--", "--silent");

const server = start("node", "dist/server/main.js");
const pages = start("vite", "examples/web", "--logLevel", "warn");
console.log(`\nOpen ${PAGES} when the server is ready. Its mails, with their links, are printed here.\n`);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);
// One without the other is of no use.
const [status] = await Promise.race([once(server, "exit"), once(pages, "exit")]);
if (pages.exitCode) console.error("The pages could not be served: is something else at port 5173?");
process.exitCode = status ?? 0;
stop();

function run(command, ...commandArguments) {
  const { status } = spawnSync(command, commandArguments, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function start(command, ...commandArguments) {
  return spawn(command, commandArguments, { stdio: "inherit", env: environment });
}

function stop() {
  for (const child of [server, pages]) child.kill("SIGTERM");
}
