import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * The secret of a development machine: made at the first start and kept, readable by its owner only, so that
 * restarts log nobody out. Production never comes here; there AUTH_SECRET is required.
 */
export function readOrCreateDevelopmentSecret(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  try {
    // "wx" fails when the file exists, so of two first starts exactly one writes.
    writeFileSync(path, `${randomBytes(48).toString("base64url")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(path, "utf8").trim();
}
