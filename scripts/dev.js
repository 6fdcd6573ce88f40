/** Builds on every change under src/ and restarts the server when the build is sound; until then the old one runs. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";

const SETTLE_MS = 100;

let server = startServer();
let settling;
let working = Promise.resolve();

watch("src", { recursive: true }, () => {
  clearTimeout(settling);
  settling = setTimeout(() => {
    working = working.then(rebuild);
  }, SETTLE_MS);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  // After the rebuild that may be under way: it would start a server that nobody stops.
  process.on(signal, () => {
    working = working.then(stopServer).then(() => process.exit(0));
  });
}

async function rebuild() {
  const { status } = spawnSync(process.execPath, ["scripts/build.js", "--no-bundle"], { stdio: "inherit" });
  if (status !== 0) return;
  await stopServer();
  server = startServer();
}

function startServer() {
  return spawn(process.execPath, ["--enable-source-maps", "dist/src/main.js"], { stdio: "inherit" });
}

async function stopServer() {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill("SIGTERM");
  await once(server, "exit");
}
