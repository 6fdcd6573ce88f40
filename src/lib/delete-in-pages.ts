import { setTimeout as delay } from "node:timers/promises";

const PAGE_SIZE = 1000;
const PAUSE_MS = 10;

/**
 * For tables that strangers fill: with SQLite the whole process waits for a statement, and PostgreSQL breaks off one that
 * takes long - every time, with more to delete the next time.
 *
 * @param deletePage deletes so many at most, and tells how many it has
 * @param signal ends it early, between two pages
 * @returns how many were deleted
 */
export async function deleteInPages(
  deletePage: (limit: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  for (let deleted = 0; ; await delay(PAUSE_MS)) {
    const ofPage = await deletePage(PAGE_SIZE);
    deleted += ofPage;
    if (ofPage < PAGE_SIZE || signal?.aborted) return deleted;
  }
}
