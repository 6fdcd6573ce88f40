import { UniqueConstraintViolationException } from "@mikro-orm/core";
import type { Config } from "../config/config.js";
import { readAuthSecret } from "../config/development-secret.js";
import { transact } from "../database/transaction.js";
import { SealedBox } from "../lib/sealed-box.js";
import { SecretKeys } from "../lib/secret-keys.js";
import { StartError } from "../lib/start-error.js";
import { type Rotation, type RotationMode, rotateSigningKey } from "../modules/token/key-rotation.js";
import type { Command } from "./command.js";
import { withMigratedDatabase } from "./migrated-database.js";
import { describeRotation } from "./rotate-keys.report.js";

const options = {
  now: { type: "boolean", summary: "the new key signs at once, before services with a cached JWKS know it" },
  leaked: { type: "boolean", summary: "signs at once, and all other keys are deleted: their tokens end" },
} as const;

export const rotateKeysCommand: Command<typeof options> = {
  summary: "makes a new key for access tokens, which signs once everybody can know it",
  options,
  async run(config, { now, leaked }) {
    if (config.jwtAlgorithm === "HS256") {
      throw new StartError("With JWT_ALGORITHM=HS256 there is no key pair: rotate AUTH_SECRET instead.");
    }
    const mode = leaked ? "leaked" : now ? "now" : "ahead";
    for (const line of describeRotation(await rotate(config, mode), mode)) console.log(line);
  },
};

async function rotate(config: Config, mode: RotationMode): Promise<Rotation> {
  const sealedBox = new SealedBox(new SecretKeys(readAuthSecret(config), config.authSecretPrevious));
  try {
    return await withMigratedDatabase(config, ({ orm }) =>
      transact(orm.em.fork(), (tx) => rotateSigningKey(tx, { config, sealedBox, clock: Date.now }, mode)),
    );
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new StartError("Another key was made at this very moment, and none by this command.");
  }
}
