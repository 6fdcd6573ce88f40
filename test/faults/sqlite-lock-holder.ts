import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

/** A process of its own that takes SQLite's write lock and keeps it: node sqlite-lock-holder.js <file> <milliseconds>. */
const [file = "", holdMs = "0"] = process.argv.slice(2);
const database = new DatabaseSync(file, { timeout: 5000 });
database.exec("begin immediate");
console.log("locked");
await delay(Number(holdMs));
database.exec("rollback");
console.log("released");
