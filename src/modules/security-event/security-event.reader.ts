import type { EntityManager } from "@mikro-orm/core";
import type { SqlText } from "../../lib/sql-text.js";
import type { SecurityEventType } from "./security-event.types.js";
import { SecurityEventView } from "./security-event.view.js";
import { type EventSelection, type Walk, walksOf } from "./security-event.walks.js";

/** SQLite takes 500 selects in one statement, and PostgreSQL takes its time to plan many. */
const WALKS_PER_STATEMENT = 100;

interface EventRow {
  readonly selection: number;
  readonly id: string;
  readonly type: SecurityEventType;
  readonly occurred_at: string | number;
  readonly user_id: string | null;
  readonly actor_id: string | null;
  readonly ip_address: string | null;
  readonly user_agent: string | null;
}

/** Reads pages of the log by walks along indexes that end when a page is full: what one costs does not grow with the log. */
export class SecurityEventReader {
  constructor(private readonly databaseKind: "sqlite" | "postgresql") {}

  /**
   * All pages in one statement, but for very many.
   *
   * @returns for each up to `size + 1` events, in the order of the list or, read backward, last one first
   */
  async read(
    em: EntityManager,
    selections: readonly EventSelection[],
  ): Promise<readonly (readonly SecurityEventView[])[]> {
    const walks = selections.flatMap((selection, index) =>
      walksOf(selection).map((walk) => this.#toSelect(walk, index)),
    );
    const rows: EventRow[] = [];
    for (let start = 0; start < walks.length; start += WALKS_PER_STATEMENT) {
      rows.push(...(await readTogether(em, walks.slice(start, start + WALKS_PER_STATEMENT))));
    }
    const rowsOf = Map.groupBy(rows, ({ selection }) => selection);
    return selections.map(({ page }, index) =>
      (rowsOf.get(index) ?? [])
        .sort((one, other) => (one.id < other.id === page.isBackward ? -1 : 1))
        .slice(0, page.size + 1)
        .map((row) => toView(em, row)),
    );
  }

  #toSelect({ index, conditions, order, limit }: Walk, selection: number): SqlText {
    // It has no statistics by which it would find the narrowest.
    const isTold = this.databaseKind === "sqlite" && index !== null;
    const table = isTold ? `security_events indexed by ${index}` : "security_events";
    const where = conditions.map(({ sql }) => sql).join(" and ");
    return {
      sql: `
        select ${selection} as selection, id, type, occurred_at, user_id, actor_id, ip_address, user_agent
        from ${table} where ${where} order by ${order} limit ${limit}`,
      values: conditions.flatMap(({ values }) => values),
    };
  }
}

function readTogether(em: EntityManager, selects: readonly SqlText[]): Promise<EventRow[]> {
  const sql = selects.map((select, index) => `select * from (${select.sql}) as walk${index}`);
  const values = selects.flatMap((select) => select.values);
  return em.getConnection().execute(sql.join(" union all "), values) as Promise<EventRow[]>;
}

function toView(em: EntityManager, row: EventRow): SecurityEventView {
  return new SecurityEventView({
    id: row.id,
    type: row.type,
    occurredAt: em.getPlatform().parseDate(row.occurred_at),
    userId: row.user_id,
    actorId: row.actor_id,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  });
}
