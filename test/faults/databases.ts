import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { askPostgresql, postgresqlDatabaseUrl, postgresqlServerUrl } from "../support/postgresql.js";
import { CannotRun, type DatabaseKind } from "./program.js";
import type { Scope } from "./scope.js";

const CONNECT_PATIENCE_MS = 5000;

export interface FaultDatabase {
  readonly url: string;
  /** What the database itself finds wrong with its content, in words. Asked from outside, beside the server. */
  findFaults(): Promise<string[]>;
}

let databaseCount = 0;

/** A new and empty database that is gone when the scope closes. */
export async function createDatabase(kind: DatabaseKind, scope: Scope): Promise<FaultDatabase> {
  if (kind === "sqlite") return sqliteDatabase(join(scope.temporaryFolder(), "faults.db"));
  const serverUrl = postgresqlServerUrl();
  databaseCount += 1;
  const name = `latchkey_faults_${process.pid}_${databaseCount}`;
  await askPostgresql(serverUrl, `create database ${name}`).catch((error: Error) => {
    throw new CannotRun(`no PostgreSQL at TEST_POSTGRES_URL: ${error.message || error}`);
  });
  scope.defer(() => askPostgresql(serverUrl, `drop database ${name} with (force)`));
  return postgresDatabase(postgresqlDatabaseUrl(name));
}

function sqliteDatabase(file: string): FaultDatabase {
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

export function postgresDatabase(url: string): FaultDatabase {
  return {
    url,
    async findFaults() {
      const orphans = await askPostgresql(
        url,
        "select id from sessions where user_id not in (select id from users)",
      );
      const twins = await askPostgresql(
        url,
        "select email_normalized from users group by email_normalized having count(*) > 1",
      );
      return [...orphans, ...twins].map((row) => JSON.stringify(row));
    },
  };
}
