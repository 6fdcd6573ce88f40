import { parseArgs } from "node:util";
import Database from "better-sqlite3";

/**
 * What a durable write costs at least: one row by its primary key per commit, in write-ahead mode, synced each time.
 * node bare-update.js --file <new or its own> --seconds N
 */
const ROWS = 1000;
const CHECK_EVERY = 16;

const { values } = parseArgs({ options: { file: { type: "string" }, seconds: { type: "string" } } });
const database = new Database(values.file);
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec("create table if not exists sessions (id integer primary key, generation integer not null)");
const insert = database.prepare("insert or ignore into sessions values (?, 0)");
database.transaction(() => {
  for (let id = 0; id < ROWS; id++) insert.run(id);
})();
const update = database.prepare("update sessions set generation = generation + 1 where id = ?");
const startedAt = performance.now();
const endsAt = startedAt + Number(values.seconds) * 1000;
let updates = 0;
while (updates % CHECK_EVERY !== 0 || performance.now() < endsAt) {
  update.run(updates % ROWS);
  updates += 1;
}
const seconds = (performance.now() - startedAt) / 1000;
database.close();
console.log(JSON.stringify({ updates, seconds }));
