import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { readAuthSecret } from "../../config/development-secret.js";
import { SealedBox } from "../../lib/sealed-box.js";
import { SecretKeys } from "../../lib/secret-keys.js";
import { StartError } from "../../lib/start-error.js";
import { KeySchedule } from "../../modules/token/key-schedule.js";
import { SigningKey } from "../../modules/token/signing-key.entity.js";
import { type OpenedSigningKey, readSigningKeys } from "../../modules/token/signing-keys.js";
import { type Finding, fail, ok, warn } from "./finding.js";

const NAME = "signing keys";
const DAY_MS = 86_400_000;
/** NIST SP 800-57 part 1, 5.3.6: one to three years for a private signature key. */
const MAX_AGE_DAYS = 365;

type KeysConfig = Pick<
  Config,
  "jwtAlgorithm" | "accessTokenSeconds" | "authSecret" | "authSecretPrevious" | "isProduction"
>;

/** Whether the server could open its keys with this secret. Reads, and writes nothing. */
export async function checkSigningKeys(
  em: EntityManager,
  config: KeysConfig,
  now: number,
): Promise<readonly Finding[]> {
  if ((await em.count(SigningKey)) === 0) return [ok(NAME, "none yet: the first start makes one")];
  try {
    const secretKeys = new SecretKeys(readAuthSecret(config), config.authSecretPrevious);
    return judgeSigningKeys(await readSigningKeys(em, new SealedBox(secretKeys)), config, now);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [fail(NAME, error.message, "the server does not start like this")];
  }
}

export function judgeSigningKeys(
  keys: readonly OpenedSigningKey[],
  config: Pick<Config, "jwtAlgorithm" | "accessTokenSeconds">,
  now: number,
): readonly Finding[] {
  if (config.jwtAlgorithm === "HS256") return [ok(NAME, "not used with HS256; they open with the secret")];
  const [newest] = keys;
  const signing = new KeySchedule(keys, config).signingAt(now);
  const waits = newest !== undefined && newest.signsFrom.getTime() > now;
  const next = waits ? `; ${newest.kid} signs from ${newest.signsFrom.toISOString()}` : "";
  const ageDays = Math.floor((now - signing.signsFrom.getTime()) / DAY_MS);
  const seen = `${signing.kid} (${signing.algorithm}) signs, for ${ageDays} days; ${keys.length} in all${next}`;
  if (newest?.algorithm !== config.jwtAlgorithm) {
    return [
      warn(NAME, `${seen}, not for JWT_ALGORITHM=${config.jwtAlgorithm}`, "the next start makes another key"),
    ];
  }
  if (keys.some(({ isStale }) => isStale)) {
    const advice = "restart the server with both secrets before the previous one goes";
    return [warn(NAME, `${seen}; sealed under AUTH_SECRET_PREVIOUS still`, advice)];
  }
  if (ageDays > MAX_AGE_DAYS && !waits) return [warn(NAME, seen, 'rotate it: "npm run cli -- rotate-keys"')];
  return [ok(NAME, seen)];
}
