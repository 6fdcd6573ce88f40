import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { StartError } from "../lib/start-error.js";
import { type Config, isStrongSecret, MIN_SECRET_BYTES } from "./config.js";

/** In the folder that the server is started in. */
export const DEVELOPMENT_SECRET_FILE = "data/auth-secret";

type ConfiguredSecret = Pick<Config, "authSecret">;

/**
 * AUTH_SECRET, or the secret of a development machine: made at the first start and kept, readable by its owner only, so
 * that restarts log nobody out. Production never comes that far; there AUTH_SECRET is required.
 *
 * @throws StartError when the file holds less than a secret
 */
export function readOrCreateAuthSecret({ authSecret }: ConfiguredSecret): string {
  if (authSecret !== undefined) return authSecret;
  createIfMissing(DEVELOPMENT_SECRET_FILE);
  return readSecretFile(DEVELOPMENT_SECRET_FILE);
}

/**
 * The same for commands beside the server, which make no secret: one of their own would open nothing.
 *
 * @throws StartError likewise, and when there is no secret yet
 */
export function readAuthSecret({ authSecret }: ConfiguredSecret): string {
  if (authSecret !== undefined) return authSecret;
  if (existsSync(DEVELOPMENT_SECRET_FILE)) return readSecretFile(DEVELOPMENT_SECRET_FILE);
  throw new StartError(
    `There is no AUTH_SECRET, and no ${DEVELOPMENT_SECRET_FILE} in this folder. Run this with the server's environment.`,
  );
}

function readSecretFile(path: string): string {
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
