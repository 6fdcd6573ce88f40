import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { CannotRun, type DatabaseKind } from "./program.js";
import type { Scope } from "./scope.js";

const CONNECT_PATIENCE_MS = 5000;

export interface TestDatabase {
  readonly url: string;
  /** What the database itself finds wrong with its content, in words. Asked from outside, beside the server. */
  findFaults(): Promise<string[]>;
}

let databaseCount = 0;

/** A new and empty database that is gone when the scope closes. */
export async function createDatabase(kind: DatabaseKind, scope: Scope): Promise<TestDatabase> {
  if (kind === "sqlite") return sqliteDatabase(join(scope.temporaryFolder(), "faults.db"));
  const serverUrl = process.env.TEST_POSTGRES_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";
  databaseCount += 1;
  const name = `latchkey_faults_${process.pid}_${databaseCount}`;
  await queryPostgres(serverUrl, `create database ${name}`).catch((error: Error) => {
    throw new CannotRun(`no PostgreSQL at TEST_POSTGRES_URL: ${error.message || error}`);
  });
  scope.defer(() => queryPostgres(serverUrl, `drop database ${name} with (force)`));
  return postgresDatabase(Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href);
}

export function sqliteDatabase(file: string): TestDatabase {
  return {
    url: `sqlite:${file}`,
    async findFaults() {
      const database = new DatabaseSync(file, { readOnly: true, timeout: CONNECT_PATIENCE_MS });
      const integrity = database.prepare("pragma integrity_check").all();
      const orphans = database.prepare("pragma foreign_key_check").all();
      database.close();
      return [...integrity.filter((row) => row.integrity_check !== "ok"), ...orphans].map((row) =>
        JSON.stringify(row),
      );
    },
  };
}

export function postgresDatabase(url: string): TestDatabase {
  return {
    url,
    async findFaults() {
      const orphans = await queryPostgres(
        url,
        "select id from sessions where user_id not in (select id from users)",
      );
      const twins = await queryPostgres(
        url,
        "select email_normalized from users group by email_normalized having count(*) > 1",
      );
      return [...orphans, ...twins].map((row) => JSON.stringify(row));
    },
  };
}

/** One statement over a connection of its own. */
export async function queryPostgres(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_PATIENCE_MS });
  // A connection that breaks says so with its query; unheard, the same error would end this process.
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rows;
  } finally {
    await client.end();
  }
}
