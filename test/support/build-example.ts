import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { listFiles, ROOT } from "./repository.js";

/** Stands in the built application where the server's address does, which is known when a test starts one. */
export const SERVER_PLACEHOLDER = "http://server.invalid/graphql";

/** From the root. */
export const EXAMPLE_DIST = "dist/example-pages";

const SOURCES = [
  "schema.graphql",
  "examples/operations/*",
  "examples/web/*.{html,json,ts}",
  "examples/web/src/**/*.{ts,tsx,css}",
];

/** Builds the example once for a whole run of tests, unless it is up to date: jest calls it before them. */
export default function buildExample(): void {
  const built = statSync(join(ROOT, EXAMPLE_DIST, "index.html"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isChanged = (path: string) => !path.includes("/gql/") && statSync(join(ROOT, path)).mtimeMs > built;
  if (!SOURCES.flatMap(listFiles).some(isChanged)) return;
  run("run", "codegen", "--silent");
  run("exec", "--workspace", "examples/web", "--", "vite", "build", "--outDir", join(ROOT, EXAMPLE_DIST));
}

function run(...command: readonly string[]): void {
  const env = { ...process.env, NODE_ENV: "production", VITE_GRAPHQL_URL: SERVER_PLACEHOLDER };
  const { status, stdout, stderr } = spawnSync("npm", command, { cwd: ROOT, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${command.join(" ")}\n${stdout}\n${stderr}`);
}
