import type { PageRequest } from "../../lib/paging.js";
import type { SqlText } from "../../lib/sql-text.js";
import { firstIdOf, isId, MAX_ID, MIN_ID } from "../../lib/uuid.js";
import type { SecurityEventType } from "./security-event.types.js";

/** The order of the log is that of the ids, which begin with the time. */
export type EventKey = readonly [id: string];

/** A page of those events that meet every condition given, newest first. */
export interface EventSelection {
  readonly userId?: string | null;
  /** Any of them. None: all. */
  readonly types?: readonly SecurityEventType[] | null;
  /** Itself included. */
  readonly occurredAfter?: Date | null;
  /** Itself left out. */
  readonly occurredBefore?: Date | null;
  readonly page: PageRequest<EventKey>;
}

/** Along one index, from one end of a range of ids towards the other. */
export interface Walk {
  /** Null for the primary key. */
  readonly index: string | null;
  readonly conditions: readonly SqlText[];
  readonly order: string;
  readonly limit: number;
}

/** One for each type, as no index has the events of several in their order. */
export function walksOf(selection: EventSelection): Walk[] {
  const { userId, types, page } = selection;
  const { from, isFromIncluded, end } = rangeOf(selection);
  if ((userId != null && !isId(userId)) || from >= end) return [];
  const eachType = types?.length ? [...new Set(types)] : [null];
  const direction = page.isBackward ? "asc" : "desc";
  return eachType.map((type) => {
    const columns = Object.entries({ user_id: userId, type }).filter(hasValue);
    const names = columns.map(([name]) => name);
    return {
      index: names.length === 0 ? null : `security_events_${names.join("_")}_index`,
      conditions: [
        ...columns.map(toCondition),
        { sql: `id ${isFromIncluded ? ">=" : ">"} ?`, values: [from] },
        { sql: "id < ?", values: [end] },
      ],
      order: [...names.slice(0, 1), "id"].map((name) => `${name} ${direction}`).join(", "),
      limit: page.size + 1,
    };
  });
}

type Column = [name: string, value: string];

const hasValue = (column: [string, string | null | undefined]): column is Column => column[1] != null;

/**
 * The first column of an index is asked for as one of two values, which are the same: otherwise PostgreSQL would know that
 * it is constant, take the primary key for as well ordered, and pass by everybody's events to find those of one user.
 */
function toCondition([name, value]: Column, position: number): SqlText {
  return position === 0
    ? { sql: `${name} in (?, ?)`, values: [value, value] }
    : { sql: `${name} = ?`, values: [value] };
}

interface Range {
  readonly from: string;
  readonly isFromIncluded: boolean;
  readonly end: string;
}

/** One bound at each end, the narrower: of two, SQLite would use one and look at every row for the other. */
function rangeOf({ occurredAfter, occurredBefore, page }: EventSelection): Range {
  const earliest = occurredAfter == null ? MIN_ID : firstIdOf(occurredAfter.getTime());
  const [older] = page.before ?? [MIN_ID];
  const end = occurredBefore == null ? MAX_ID : firstIdOf(occurredBefore.getTime());
  const [newer] = page.after ?? [MAX_ID];
  const isFromIncluded = older < earliest;
  return { from: isFromIncluded ? earliest : older, isFromIncluded, end: newer < end ? newer : end };
}
