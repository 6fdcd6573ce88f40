import type { Database } from "../database/database.js";

const CACHE_MIB = 128;
const PAGES_BETWEEN_CHECKPOINTS = 32_768;
/** Of each index. */
const ANALYSED_ROWS = 10_000;

/**
 * For a command that fills tables: addresses and names come in no order, so that each row changes pages all over the
 * indexes. With SQLite's usual 2 MiB of them in memory a million users take several times as long.
 */
export function prepareForBulkLoad(database: Database): void {
  if (database.kind !== "sqlite") return;
  database.client.pragma(`cache_size = ${-CACHE_MIB * 1024}`);
  database.client.pragma(`wal_autocheckpoint = ${PAGES_BETWEEN_CHECKPOINTS}`);
  // ANALYZE then takes no samples, which a server on this file would have to forget (openSqlite).
  database.client.pragma(`analysis_limit = ${ANALYSED_ROWS}`);
}
