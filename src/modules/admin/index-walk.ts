import type { SqlText } from "../../lib/sql-text.js";

/** A way along an index of the users, from one end of a stretch to the other. */
export interface IndexWalk {
  readonly index: string;
  /** What the index is ordered by; unique together. */
  readonly columns: readonly KeyColumn[];
  readonly isDescending: boolean;
  /** The ends of the stretch: the smallest and the greatest key, whatever the direction. */
  readonly lower: Bound | null;
  readonly upper: Bound | null;
  /** What all of the stretch meets, in the words of the index. */
  readonly within: SqlText | null;
  /** What is judged row by row: however long the stretch, few may be left. */
  readonly only: readonly SqlText[];
}

export type KeyColumn = "created_at" | "id" | "email_normalized" | "username_normalized" | "name_normalized";

/** Values of the columns. Times in milliseconds since the epoch. */
export type IndexKey = readonly (string | number)[];

export interface Bound {
  readonly key: IndexKey;
  readonly isIncluded: boolean;
}

export interface Ends {
  readonly lower: Bound | null;
  readonly upper: Bound | null;
}

/** One bound at each end, the narrower: of two, SQLite would use one and look at every row for the other. */
export function narrow<Walk extends Ends>(walk: Walk, { lower, upper }: Ends): Walk {
  return {
    ...walk,
    lower: narrower(walk.lower, lower, 1),
    upper: narrower(walk.upper, upper, -1),
  };
}

/** @param inside 1 where the greater key is the narrower one, -1 where it is the smaller one */
function narrower(one: Bound | null, other: Bound | null, inside: 1 | -1): Bound | null {
  if (one === null || other === null) return one ?? other;
  const order = compareKeys(one.key, other.key) * inside;
  if (order !== 0) return order > 0 ? one : other;
  return one.isIncluded ? other : one;
}

/** As both databases do: texts byte by byte. */
function compareKeys(one: IndexKey, other: IndexKey): number {
  const orders = one.map((value, position) => compareValues(value, other[position] ?? ""));
  return orders.find((order) => order !== 0) ?? 0;
}

function compareValues(one: string | number, other: string | number): number {
  return typeof one === "number" && typeof other === "number"
    ? one - other
    : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}
