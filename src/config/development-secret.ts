import { randomBytes, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "../lib/start-error.js";
import { isStrongSecret, MIN_SECRET_BYTES } from "./config.js";

/**
 * The secret of a development machine: made at the first start and kept, readable by its owner only, so that
 * restarts log nobody out. Production never comes here; there AUTH_SECRET is required.
 *
 * @throws when the file holds less than a secret
 */
export function readOrCreateDevelopmentSecret(path: string): string {
  createIfMissing(path);
  const secret = readFileSync(path, "utf8").trim();
  if (isStrongSecret(secret)) return secret;
  throw new StartError(
    `${path} holds less than ${MIN_SECRET_BYTES} bytes. Delete it, and a new secret is made.`,
  );
}

/** Written elsewhere and linked into place: of two first starts one wins, and nobody ever reads half a secret. */
function createIfMissing(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
}
