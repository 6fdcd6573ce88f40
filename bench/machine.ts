import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { askPostgresql, postgresqlServerUrl } from "../test/support/postgresql.js";
import { ROOT } from "../test/support/repository.js";

/** Whose version makes a difference. */
const PACKAGES =
  /^(?:@apollo\/server|@as-integrations\/.*|@mikro-orm\/.*|@nestjs\/.*|@node-rs\/argon2|argon2|autocannon|better-auth|better-sqlite3|express|fastify|graphql|graphql-http|jsonwebtoken|passport|passport-jwt|pg|type-graphql|typeorm)$/;

/** Where and with what it was measured, line by line. */
export async function describeMachine(): Promise<readonly string[]> {
  const [cpu] = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${commit()}`,
    `${cpu?.model.trim() ?? "CPU unknown"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${type()} ${release().split("-")[0]}`,
    `Node.js ${process.version}, ${await postgresql()}`,
    `Latchkey with ${packages("")}`,
    ...(existsSync(join(ROOT, "bench/peers/node_modules")) ? [`Peers with ${packages("bench/peers")}`] : []),
  ];
}

function commit(): string {
  try {
    const git = (...args: readonly string[]): string =>
      execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${isChanged ? " with changes" : ""}`;
  } catch {
    return "unknown";
  }
}

async function postgresql(): Promise<string> {
  try {
    const [row] = await askPostgresql(postgresqlServerUrl(), "show server_version");
    return `PostgreSQL ${row?.server_version}`;
  } catch {
    return "no PostgreSQL";
  }
}

function packages(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const names = Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
  });
  const installed = names
    .filter((name) => PACKAGES.test(name))
    .map((name) => [name, join(ROOT, folder, "node_modules", name, "package.json")] as const)
    .filter(([, path]) => existsSync(path));
  return installed
    .map(([name, path]) => `${name} ${JSON.parse(readFileSync(path, "utf8")).version}`)
    .join(", ");
}
