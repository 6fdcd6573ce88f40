/** Rebuilds on every change and restarts the server when a build has come out. */
import { spawn } from "node:child_process";

const compiler = run("node_modules/typescript/bin/tsc", ["--watch", "--preserveWatchOutput"]);
const server = run("dist/src/main.js", [], ["--watch-path=dist/src", "--enable-source-maps"]);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    compiler.kill(signal);
    server.kill(signal);
  });
}

function run(file, args, nodeArgs = []) {
  return spawn(process.execPath, [...nodeArgs, file, ...args], { stdio: "inherit" });
}
