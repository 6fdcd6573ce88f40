import Database from "better-sqlite3";

/** As durable as Latchkey keeps it: better-sqlite3 by itself flushes nothing to the disk at a commit in WAL mode. */
export function makeDurable(database: Database.Database): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
}

export function openSqlite(file: string): Database.Database {
  const database = new Database(file);
  makeDurable(database);
  return database;
}
