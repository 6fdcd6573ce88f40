import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Keys that were seen: in a temporary file that SQLite deletes, so that memory does not grow with them. */
export class KeyLedger {
  private constructor(
    private readonly file: DatabaseSync,
    private readonly find: StatementSync,
    private readonly insert: StatementSync,
  ) {}

  static async open(): Promise<KeyLedger> {
    // Loaded where it is wanted: some versions of Node warn of it.
    const { DatabaseSync } = await import("node:sqlite");
    const file = new DatabaseSync("");
    file.exec("pragma journal_mode = off; create table seen (key text primary key) without rowid; begin");
    const find = file.prepare("select 1 from seen where key = ?");
    return new KeyLedger(file, find, file.prepare("insert or ignore into seen values (?)"));
  }

  has(key: string): boolean {
    return this.find.get(key) !== undefined;
  }

  add(key: string): void {
    this.insert.run(key);
  }

  close(): void {
    this.file.close();
  }
}
