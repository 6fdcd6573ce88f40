import { jest } from "@jest/globals";
import type { PageRequest } from "../../src/lib/paging.js";
import { firstIdOf } from "../../src/lib/uuid.js";
import { SecurityEventReader } from "../../src/modules/security-event/security-event.reader.js";
import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import type { EventKey, EventSelection } from "../../src/modules/security-event/security-event.walks.js";
import { addEvents } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const { LOGGED_IN, LOGIN_FAILED, PASSWORD_CHANGED } = SecurityEventType;
const QUIET = "0190b6f0-0000-7000-8000-00000000000a";
const LOUD = "0190b6f0-0000-7000-8000-00000000000b";
const START = Date.parse("2026-03-01T00:00:00Z");
const EVENTS = 6000;
const MINUTE_MS = 60_000;

const PRIMARY_KEY = isPostgresql ? "security_events_pkey" : "sqlite_autoindex_security_events_1";
const middle: EventKey = [firstIdOf(START + (EVENTS / 2) * MINUTE_MS)];
const early: EventKey = [firstIdOf(START + 500 * MINUTE_MS)];
const range = { occurredAfter: new Date(START), occurredBefore: new Date(START + 1000 * MINUTE_MS) };

/** Where in the log, of what, and the index that leads there at once. */
const SHAPES: readonly (readonly [name: string, selection: Omit<EventSelection, "page">, index: string])[] = [
  ["everything", {}, PRIMARY_KEY],
  ["times", range, PRIMARY_KEY],
  ["a user whose events are all long ago", { userId: QUIET }, "security_events_user_id_index"],
  ["a user that most events are of", { userId: LOUD, ...range }, "security_events_user_id_index"],
  ["a type that most events are of", { types: [LOGIN_FAILED] }, "security_events_type_index"],
  ["a type that was long ago", { types: [PASSWORD_CHANGED] }, "security_events_type_index"],
  ["several types", { types: [LOGIN_FAILED, PASSWORD_CHANGED], ...range }, "security_events_type_index"],
  ["a user and a type", { userId: LOUD, types: [LOGGED_IN] }, "security_events_user_id_type_index"],
  ["all together", { userId: LOUD, types: [LOGIN_FAILED], ...range }, "security_events_user_id_type_index"],
];
const PAGES: readonly PageRequest<EventKey>[] = [
  { size: 20, isBackward: false, after: null, before: null },
  { size: 20, isBackward: false, after: middle, before: null },
  { size: 20, isBackward: true, after: null, before: early },
  { size: 20, isBackward: true, after: null, before: null },
];

describe("a page of the security log", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    // Nearly all are of one user. The other's, and one type, are at the very beginning.
    const events = Array.from({ length: EVENTS }, (_, i) => ({
      userId: i < 1000 && i % 2 === 0 ? QUIET : LOUD,
      type: i < 10 ? PASSWORD_CHANGED : i % 3 === 0 ? LOGGED_IN : LOGIN_FAILED,
      occurredAt: new Date(START + i * MINUTE_MS),
    }));
    for (let start = 0; start < EVENTS; start += 1000)
      await addEvents(app, events.slice(start, start + 1000));
    await app.execute("analyze security_events");
    // On SQLite nothing ever does it.
    if (!isPostgresql) await app.execute("delete from sqlite_stat1");
  });

  async function planOf(selection: EventSelection): Promise<string> {
    const { em } = app.orm;
    const connection = em.getConnection();
    const kind = isPostgresql ? "postgresql" : "sqlite";
    const execute = jest.spyOn(connection, "execute");
    await new SecurityEventReader(kind).read(em.fork(), [selection]);
    const [sql, values] = execute.mock.lastCall as unknown as [string, string[]];
    execute.mockRestore();
    const explain = isPostgresql ? "explain (analyze, costs off, timing off)" : "explain query plan";
    const rows = await connection.execute(`${explain} ${sql}`, values);
    return rows.map((row: Record<string, string>) => row["QUERY PLAN"] ?? row.detail).join("\n");
  }

  test.each(SHAPES)("of %s looks at no row beside it, wherever it is", async (_name, selection, index) => {
    for (const page of PAGES) {
      const plan = await planOf({ ...selection, page });
      expect(plan).not.toMatch(/Seq Scan|Rows Removed|TEMP B-TREE|SCAN security_events$/m);
      expect(new Set(plan.match(/(?:security_events_\w*(?:index|pkey)|sqlite_autoindex_\w+)/g))).toEqual(
        new Set([index]),
      );
      const counts = [...plan.matchAll(/Scan.*actual rows=(\d+)/g)].map(([, count]) => Number(count));
      expect(Math.max(0, ...counts)).toBeLessThanOrEqual(page.size + 1);
    }
  });

  test("that nothing can be on is not asked for", async () => {
    const [from, to] = [range.occurredBefore, range.occurredAfter];
    for (const page of PAGES) {
      app.statements.length = 0;
      const selection = { occurredAfter: from, occurredBefore: to, page };
      expect(await new SecurityEventReader("sqlite").read(app.orm.em.fork(), [selection])).toEqual([[]]);
      expect(app.statements).toEqual([]);
    }
  });
});
