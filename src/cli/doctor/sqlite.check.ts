import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { MikroORM } from "@mikro-orm/sqlite";
import type { Config } from "../../config/config.js";
import { errorCodeOf } from "../../database/faults.js";
import { freeBytes, MIN_FREE_BYTES, sqliteOptions } from "../../database/sqlite.js";
import { migrations } from "../../migrations/sqlite/index.js";
import { type Finding, fail, failInProduction, ok, warn } from "./finding.js";
import { judgeMigrations } from "./migrations.verdict.js";
import { checkOutbox } from "./outbox.check.js";
import { checkSigningKeys } from "./signing-keys.check.js";

const LOCK_PATIENCE_MS = 2000;
const MIB = 1024 * 1024;
const LITTLE_ROOM_BYTES = 256 * MIB;
const MIGRATIONS_DONE = "select name from mikro_orm_migrations";
const HAS_MIGRATIONS = "select 1 from sqlite_master where name = 'mikro_orm_migrations'";

/** Opens the file beside a server that may be running. A file that is not there is not made. */
export async function checkSqlite(config: Config): Promise<readonly Finding[]> {
  const path = config.databaseUrl.replace(/^sqlite:/, "");
  if (path === ":memory:") {
    const advice = "set DATABASE_URL to a file or to PostgreSQL";
    return [failInProduction(config, "database", "in memory: a restart loses everything", advice)];
  }
  const file = resolve(path);
  if (!existsSync(file)) return [checkFolder(file, config)];
  return [
    ...(await checkContent(file, config)),
    checkPermissions(file),
    judgeRoom(await freeBytes(file)),
    ok("clock", "the database goes by that of this machine"),
  ];
}

/** The nearest folder that is there is where the first start would make the rest. */
function checkFolder(file: string, { migrateOnStart }: Pick<Config, "migrateOnStart">): Finding {
  const name = "database";
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  if (!isWritable(folder)) {
    return fail(
      name,
      `${file} is not there, and ${folder} takes no writes`,
      "let the server's user write there",
    );
  }
  if (migrateOnStart) return ok(name, `${file} is not there yet; the first start makes it`);
  const seen = `${file} is not there, with MIGRATE_ON_START=false: the server does not start`;
  return fail(name, seen, 'run "npm run migrate"');
}

async function checkContent(file: string, config: Config): Promise<readonly Finding[]> {
  const driverOptions = { fileMustExist: true, timeout: LOCK_PATIENCE_MS };
  const orm = await MikroORM.init({ ...sqliteOptions(config.databaseUrl), driverOptions });
  try {
    const connection = orm.em.getConnection();
    const [{ version } = { version: "" }] = await connection.execute("select sqlite_version() as version");
    const isMigrated = (await connection.execute(HAS_MIGRATIONS)).length > 0;
    const done: { name: string }[] = isMigrated ? await connection.execute(MIGRATIONS_DONE) : [];
    const state = judgeMigrations(
      migrations,
      done.map(({ name }) => name),
      config,
    );
    const findings = [ok("database", `SQLite ${version}, ${file}`), state, await checkWritable(orm, file)];
    if (done.length < migrations.length) return findings;
    const em = orm.em.fork();
    return [
      ...findings,
      ...(await checkSigningKeys(em, config, Date.now())),
      await checkOutbox(em, Date.now()),
    ];
  } catch (error) {
    return [fail("database", `${file}: ${(error as Error).message}`, "see that it is an intact SQLite file")];
  } finally {
    await orm.close();
  }
}

/** Takes the lock of a writer, writes nothing, and gives it back. */
async function checkWritable(orm: MikroORM, file: string): Promise<Finding> {
  const name = "database writes";
  // Readers and writers of a write-ahead log make files beside the database.
  if (!isWritable(dirname(file))) {
    return fail(name, `${dirname(file)} takes no new files`, "let the server's user write there");
  }
  try {
    const client = await orm.em.getConnection().getNativeClient();
    client.exec("begin immediate; rollback");
    return ok(name, "the lock of a writer can be had");
  } catch (error) {
    if (errorCodeOf(error).startsWith("SQLITE_BUSY")) {
      const seen = `another program has been writing for ${LOCK_PATIENCE_MS / 1000} seconds`;
      return warn(name, seen, "the server waits 5 seconds at most: look for what holds the lock");
    }
    return fail(name, (error as Error).message, "let the server's user write to the file");
  }
}

/** Whoever may enter the folder and read the file has all addresses and password hashes. */
function checkPermissions(file: string): Finding {
  const name = "database file";
  const [folderMode, fileMode] = [statSync(dirname(file)).mode, statSync(file).mode];
  const isOpen = (folderMode & 0o011) !== 0 && (fileMode & 0o066) !== 0;
  if (process.platform === "win32" || !isOpen) return ok(name, "nobody else may read it");
  const mode = (fileMode & 0o777).toString(8);
  return warn(name, `others may read or write it (mode ${mode})`, `chmod 700 ${dirname(file)}`);
}

export function judgeRoom(bytes: number): Finding {
  const seen = `${Math.floor(bytes / MIB)} MiB free`;
  if (bytes <= MIN_FREE_BYTES) return fail("disk", `${seen}: writes are refused`, "make room");
  return bytes < LITTLE_ROOM_BYTES ? warn("disk", seen, "make room soon") : ok("disk", seen);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
