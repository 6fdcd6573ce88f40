import { randomUUID } from "node:crypto";
import { Client } from "pg";
import type { DatabaseSettings } from "./settings.js";
import { openSqlite } from "./sqlite.js";

export type Row = Readonly<Record<string, string | number | boolean | null>>;
/** The rows of an account by their tables, in an order that suits the foreign keys. */
export type AccountRows = Readonly<Record<string, Row>>;

/** Its number, and where it stands among all: from 0 to less than 1. */
export type MakeRows = (index: number, share: number) => AccountRows;

const KEY_DIGITS = 8;
const BATCH_SIZE = 10_000;
/** Of each index. */
const ANALYSED_ROWS = 10_000;
/** All of it: a page is to be written once, however many rows change it. */
const SQLITE_CACHE_KIB = 2_097_152;

interface Loader {
  hasRows(table: string): Promise<boolean>;
  insert(table: string, columns: readonly string[], json: string): Promise<void>;
  /** So that the first question is planned well, and nothing is left to be done beside the measurement. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Fills the tables past the peer's own code, which would hash every password. A server that starts again finds them full. */
export async function populate(database: DatabaseSettings, users: number, makeRows: MakeRows): Promise<void> {
  if (users === 0) return;
  const loader =
    database.kind === "sqlite" ? sqliteLoader(database.file) : await postgresqlLoader(database.url);
  const [firstTable = ""] = Object.keys(makeRows(0, 0));
  if (await loader.hasRows(quote(firstTable))) return loader.close();
  for (let first = 0; first < users; first += BATCH_SIZE) {
    const tables = new Map<string, Row[]>();
    for (let index = first; index < Math.min(users, first + BATCH_SIZE); index++) {
      for (const [table, row] of Object.entries(makeRows(index, index / users))) {
        const rows = tables.get(table) ?? [];
        rows.push(row);
        tables.set(table, rows);
      }
    }
    for (const [table, rows] of tables) {
      const columns = Object.keys(rows[0] ?? {});
      await loader.insert(quote(table), columns, JSON.stringify(rows));
    }
  }
  await loader.finish();
  await loader.close();
}

/**
 * How a key begins: rising, so that indexes grow at their end while they are filled, which takes a fraction of the time, and
 * spread over the whole range as random keys are, so that later ones fall anywhere in between.
 */
export const keyPrefix = (share: number, radix: 16 | 36): string =>
  Math.floor(share * radix ** KEY_DIGITS)
    .toString(radix)
    .padStart(KEY_DIGITS, "0");

export const orderedUuid = (share: number): string => keyPrefix(share, 16) + randomUUID().slice(KEY_DIGITS);

const quote = (name: string): string => `"${name}"`;

function sqliteLoader(file: string): Loader {
  const database = openSqlite(file);
  database.pragma(`cache_size = ${-SQLITE_CACHE_KIB}`);
  database.pragma("synchronous = OFF");
  database.exec("begin");
  return {
    hasRows: async (table) => database.prepare(`select 1 from ${table}`).get() !== undefined,
    async insert(table, columns, json) {
      const values = columns.map((column) => `value ->> '${column}'`);
      const statement = `insert into ${table} (${columns.map(quote)}) select ${values} from json_each(?)`;
      database.prepare(statement).run(json);
    },
    async finish() {
      database.exec("commit");
      // Without samples of values, by which SQLite would plan a prepared statement anew for each value.
      database.pragma(`analysis_limit = ${ANALYSED_ROWS}`);
      database.exec("analyze");
      database.pragma("synchronous = FULL");
      database.pragma("wal_checkpoint(TRUNCATE)");
    },
    close: async () => void database.close(),
  };
}

async function postgresqlLoader(url: string): Promise<Loader> {
  const client = new Client(url);
  await client.connect();
  return {
    hasRows: async (table) => (await client.query(`select 1 from ${table} limit 1`)).rows.length > 0,
    async insert(table, columns, json) {
      const names = columns.map(quote);
      const source = `json_populate_recordset(null::${table}, $1::json)`;
      await client.query(`insert into ${table} (${names}) select ${names} from ${source}`, [json]);
    },
    async finish() {
      await client.query("analyze");
    },
    close: () => client.end(),
  };
}
