import type { Options } from "@mikro-orm/core";
import { ReflectMetadataProvider } from "@mikro-orm/decorators/legacy";
import { Migrator } from "@mikro-orm/migrations";
import { OutboxMail } from "../modules/mail/outbox-mail.entity.js";
import { PendingTotpSetup } from "../modules/mfa/pending-totp-setup.entity.js";
import { RecoveryCode } from "../modules/mfa/recovery-code.entity.js";
import { TotpCredential } from "../modules/mfa/totp-credential.entity.js";
import { OneTimeToken } from "../modules/one-time-token/one-time-token.entity.js";
import { Passkey } from "../modules/passkey/passkey.entity.js";
import { SpentCeremony } from "../modules/passkey/spent-ceremony.entity.js";
import { PendingSignup } from "../modules/pending-signup/pending-signup.entity.js";
import { SecurityEvent } from "../modules/security-event/security-event.entity.js";
import { Session } from "../modules/session/session.entity.js";
import { SigningKey } from "../modules/token/signing-key.entity.js";
import { User } from "../modules/user/user.entity.js";
import { UserImport } from "../modules/user-import/user-import.entity.js";

export interface DatabaseConnections {
  readonly active: number;
  readonly idle: number;
  /** Of requests for a connection: how many wait for one. */
  readonly waiting: number;
}

export interface DatabaseHooks {
  /** Called with every statement that the database is given, as text. */
  readonly onStatement?: (sql: string) => void;
}

type MigrationList = NonNullable<NonNullable<Options["migrations"]>["migrationsList"]>;

export const COMMON_ENTITIES = [
  User,
  Session,
  OneTimeToken,
  PendingSignup,
  OutboxMail,
  SecurityEvent,
  SigningKey,
  TotpCredential,
  PendingTotpSetup,
  RecoveryCode,
  Passkey,
  SpentCeremony,
  UserImport,
];

/** MikroORM's options, whatever the database. */
export function commonOptions(migrations: MigrationList) {
  return {
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    // Not even by MIKRO_ORM_DEBUG: statements carry addresses and password hashes, and logs keep them.
    debug: false,
    migrations: { migrationsList: migrations, snapshot: false, silent: true },
  } satisfies Partial<Options>;
}
