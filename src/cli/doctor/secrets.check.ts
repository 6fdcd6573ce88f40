import { existsSync, readFileSync, statSync } from "node:fs";
import type { Config } from "../../config/config.js";
import { DEVELOPMENT_SECRET_FILE } from "../../config/development-secret.js";
import { type Finding, failInProduction, ok, warn } from "./finding.js";
import { weaknessOf } from "./secret-strength.js";

const MAKE_ANOTHER = 'rotate it to one from "openssl rand -base64 48", as README says';
const OTHERS = 0o077;

type SecretsConfig = Pick<Config, "authSecret" | "authSecretPrevious" | "isProduction">;

/** @param file of a development machine's secret; it counts only where AUTH_SECRET is not set */
export function checkSecrets(config: SecretsConfig, file = DEVELOPMENT_SECRET_FILE): readonly Finding[] {
  const { authSecret, authSecretPrevious } = config;
  const current =
    authSecret === undefined ? checkSecretFile(config, file) : [checkCurrent(config, authSecret)];
  return authSecretPrevious === undefined
    ? current
    : [...current, checkPrevious(authSecretPrevious, authSecret)];
}

function checkCurrent(config: SecretsConfig, secret: string, name = "AUTH_SECRET"): Finding {
  const weakness = weaknessOf(secret);
  if (weakness !== null) return failInProduction(config, name, `can be guessed: ${weakness}`, MAKE_ANOTHER);
  if (secret !== secret.trim()) {
    return warn(
      name,
      "has white space around it, which counts",
      "see that every instance gets it, or rotate it",
    );
  }
  return ok(name, `${Buffer.byteLength(secret)} bytes, nothing conspicuous`);
}

function checkPrevious(previous: string, current: string | undefined): Finding {
  const name = "AUTH_SECRET_PREVIOUS";
  if (previous === current)
    return warn(name, "the same as AUTH_SECRET: nothing is rotated", "set a new AUTH_SECRET");
  const weakness = weaknessOf(previous);
  if (weakness !== null) {
    return warn(name, `can be guessed, and is accepted still: ${weakness}`, "remove it as soon as you can");
  }
  return ok(name, "accepted still; remove it SESSION_IDLE_SECONDS after the rotation");
}

function checkSecretFile(config: SecretsConfig, file: string): readonly Finding[] {
  if (!existsSync(file)) return [ok("AUTH_SECRET", `not set; the first start makes ${file}`)];
  const mode = statSync(file).mode & 0o777;
  const isPrivate = process.platform === "win32" || (mode & OTHERS) === 0;
  const permissions = isPrivate
    ? ok(file, "nobody else may read it")
    : warn(file, `others may read or write it (mode ${mode.toString(8)})`, `chmod 600 ${file}`);
  return [checkCurrent(config, readFileSync(file, "utf8").trim(), `AUTH_SECRET (${file})`), permissions];
}
