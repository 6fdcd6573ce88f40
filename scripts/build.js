/**
 * Compiles into dist/, incrementally, removes what no longer has a source (`jest` would go on running it), and bundles the
 * server. Where TypeScript is not installed (production dependencies only) dist/ is taken as it is.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
/** The server, and what it sends to browsers: neither must see the other's globals. */
const PROJECTS = [root, join(root, "src/http/pages/browser")];
// An older Node is told what it lacks by main.ts; here it must only get that far.
const [major] = process.versions.node.split(".").map(Number);

if (major >= 22 && hasCompilers()) {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  for (const project of PROJECTS) {
    const { status } = spawnSync(process.execPath, [join(typescript, "bin/tsc"), "--project", project], {
      stdio: "inherit",
    });
    if (status !== 0) process.exit(status ?? 1);
  }
  removeOrphans();
  if (!process.argv.includes("--no-bundle")) await (await import("./bundle.js")).bundle(root);
}

function hasCompilers() {
  return fs.existsSync(join(root, "node_modules/typescript")) && fs.existsSync(join(root, "src"));
}

function removeOrphans() {
  for (const output of fs.globSync("dist/{bench,examples,src,test}/**/*.js", { cwd: root })) {
    const source = join(
      root,
      output
        .replaceAll("\\", "/")
        .replace(/^dist\//, "")
        .replace(/\.js$/, ".ts"),
    );
    if (fs.existsSync(source)) continue;
    fs.rmSync(join(root, output));
    fs.rmSync(join(root, `${output}.map`), { force: true });
  }
}
