import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LockWaitTimeoutException, TableExistsException } from "@mikro-orm/core";
import { ReflectMetadataProvider } from "@mikro-orm/decorators/legacy";
import { Migrator } from "@mikro-orm/migrations";
import { defineConfig, MikroORM, type Options } from "@mikro-orm/sqlite";
import { migrations } from "./migrations/sqlite/index.js";
import { Session } from "./modules/session/session.entity.js";
import { SigningKey } from "./modules/token/signing-key.entity.js";
import { User } from "./modules/user/user.entity.js";

const START_ATTEMPTS = 10;
const START_RETRY_MS = 50;

export interface DatabaseHooks {
  /** Called with every statement that SQLite executes, as text. */
  readonly onStatement?: (sql: string) => void;
}

/** MikroORM's options, shared by the server and by the CLI that writes migrations (mikro-orm.config.ts). */
export function databaseOptions(databaseUrl: string, hooks: DatabaseHooks = {}): Options {
  return defineConfig({
    dbName: databaseUrl.replace(/^sqlite:/, ""),
    entities: [User, Session, SigningKey],
    metadataProvider: ReflectMetadataProvider,
    extensions: [Migrator],
    // Not even by MIKRO_ORM_DEBUG: statements carry addresses and password hashes, and logs keep them.
    debug: false,
    driverOptions: hooks.onStatement === undefined ? {} : { verbose: hooks.onStatement },
    migrations: { migrationsList: migrations, snapshot: false, silent: true },
  });
}

/** Connects, creating the folder and file of an embedded database where they are missing. */
export async function openDatabase(databaseUrl: string, hooks: DatabaseHooks = {}): Promise<MikroORM> {
  const options = databaseOptions(databaseUrl, hooks);
  if (options.dbName !== undefined && options.dbName !== ":memory:") {
    mkdirSync(dirname(resolve(options.dbName)), { recursive: true, mode: 0o700 });
  }
  const orm = await MikroORM.init(options);
  const sqlite = await orm.em.getConnection().getNativeClient();
  // WAL lets readers go on while one writes; FULL syncs each commit, so that what was answered survives a crash.
  await besideOtherStarts(orm, () => sqlite.pragma("journal_mode = WAL"));
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("busy_timeout = 5000");
  return orm;
}

/** Applies the migrations that are still missing, all or none. Returns what this process applied. */
export async function migrate(orm: MikroORM): Promise<readonly string[]> {
  const applied = await besideOtherStarts(orm, () => orm.migrator.up());
  return applied.map(({ name }) => name);
}

/**
 * Does what several processes that start at once on one fresh file contend for: one does it, the others meet its
 * lock or its tables - which SQLite's busy timeout does not wait for - try again, and find it done.
 */
async function besideOtherStarts<Result>(
  orm: MikroORM,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(orm, error) || attempt === START_ATTEMPTS) throw error;
      await delay(START_RETRY_MS * attempt);
    }
  }
}

function isContention(orm: MikroORM, error: unknown): boolean {
  // Pragmas, and some of what the migrator does, come with the driver's bare error.
  const converter = orm.em.getPlatform().getExceptionConverter();
  const fault = error instanceof Error ? converter.convertException(error) : error;
  return fault instanceof LockWaitTimeoutException || fault instanceof TableExistsException;
}

export async function hasPendingMigrations(orm: MikroORM): Promise<boolean> {
  return (await orm.migrator.getPending()).length > 0;
}
