import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { askPostgresql, postgresqlDatabaseUrl, postgresqlServerUrl } from "./postgresql.js";

/** Which database this run is about: set by the projects in jest.config.js. */
const DATABASE_KIND: "sqlite" | "postgresql" =
  (globalThis as { DATABASE_KIND?: "sqlite" | "postgresql" }).DATABASE_KIND ?? "sqlite";

export const isPostgresql = DATABASE_KIND === "postgresql";

/** A row as a connection apart from the server's sees it. */
export type ForeignRow = Readonly<Record<string, unknown>>;

/** A database of a test's own, gone with the test. */
export interface TestDatabase {
  readonly url: string;
  /** Asks through a connection of its own, so that only what was committed shows. `?` stands for the parameter. */
  readonly ask: (sql: string, ...parameters: string[]) => Promise<readonly ForeignRow[]>;
  readonly drop: () => Promise<void>;
}

interface TestDatabaseOptions {
  readonly durable: boolean;
  /** Whoever starts a server on it does not mind if its migrations were run before. */
  readonly mayBeMigrated?: boolean;
}

export function createTestDatabase({ durable, mayBeMigrated }: TestDatabaseOptions): Promise<TestDatabase> {
  if (isPostgresql)
    return createPostgresqlDatabase(mayBeMigrated ? process.env.TEST_POSTGRES_TEMPLATE : undefined);
  return Promise.resolve(durable ? createSqliteFile() : SQLITE_IN_MEMORY);
}

const SQLITE_IN_MEMORY: TestDatabase = {
  url: "sqlite::memory:",
  ask: () => Promise.reject(new Error("Nobody else sees a database in memory: use startDurable")),
  drop: async () => {},
};

function createSqliteFile(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  const file = join(folder, "test.db");
  return {
    url: `sqlite:${file}`,
    ask: async (sql, ...parameters) => {
      const other = new DatabaseSync(file, { readOnly: true });
      try {
        return other.prepare(sql).all(...parameters);
      } finally {
        other.close();
      }
    },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

let databaseCount = 0;

async function createPostgresqlDatabase(template = "template1"): Promise<TestDatabase> {
  databaseCount += 1;
  const name = `latchkey_test_${process.pid}_${Date.now()}_${databaseCount}`;
  const server = postgresqlServerUrl();
  const url = postgresqlDatabaseUrl(name);
  await askPostgresql(server, `create database ${name} template ${template}`);
  return {
    url,
    ask: (sql, ...parameters) => askPostgresql(url, sql.replace("?", "$1"), parameters),
    drop: async () => {
      await askPostgresql(server, `drop database ${name} with (force)`);
    },
  };
}
