import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout, seen from dist/test/support. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function readVectors<Vectors>(file: string): Vectors {
  return JSON.parse(readText(`test/vectors/${file}`)) as Vectors;
}

/** Paths of tracked sources, with forward slashes, from the root. */
export function listFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));
}
