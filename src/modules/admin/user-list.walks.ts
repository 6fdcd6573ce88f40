import type { SqlText } from "../../lib/sql-text.js";
import { MIN_ID } from "../../lib/uuid.js";
import { Role, UserStatus } from "../user/user.types.js";
import type { Bound, Ends, IndexWalk } from "./index-walk.js";
import type { UserFilter } from "./user-list.types.js";
import { type Beginnings, firstTextAfter, readSearch } from "./user-search.js";

/** What lists are made of. Cursors name them. */
export type WalkName = "newest" | "address" | "encodedAddress" | "username" | "name";

export interface UserWalk extends IndexWalk {
  readonly name: WalkName;
  /** A search finds only users of this list; null where it finds all. */
  readonly among: IndexWalk | null;
}

/**
 * Without a search the newest users come first. With one, those found by address come first, then by username those who
 * were not found yet, then by name: each stands in an index, and none has to be sorted.
 */
export function walksOf(filter: UserFilter): readonly UserWalk[] {
  const newest = walkNewest(filter);
  const beginnings = readSearch(filter.search);
  if (beginnings === null) return [{ ...newest, name: "newest", among: null }];
  if (beginnings === "nobody") return [];
  const isFiltered = newest.within !== null || newest.lower !== null || newest.upper !== null;
  const among = isFiltered || newest.only.length > 0 ? newest : null;
  return walkFound(beginnings).map((walk) => ({ ...walk, among }));
}

/** An index that lists only who meets a condition, where there is one. */
interface FilterCondition extends SqlText {
  readonly index: string | null;
}

function walkNewest(filter: UserFilter): IndexWalk {
  const conditions = conditionsOf(filter);
  const within = conditions.find(({ index }) => index !== null) ?? null;
  return {
    index: within?.index ?? "users_created_at_index",
    columns: ["created_at", "id"],
    isDescending: true,
    ...createdBetween(filter),
    within,
    only: conditions.filter((condition) => condition !== within),
  };
}

/** Those that few users meet first. Written out: a partial index is only used for its condition word by word. */
function conditionsOf({ role, status, emailVerified }: UserFilter): readonly FilterCondition[] {
  const conditions: FilterCondition[] = [];
  const demand = (sql: string, index: string | null) => conditions.push({ sql, values: [], index });
  if (role === Role.ADMIN) demand("u.role = 'ADMIN'", "users_admins_index");
  if (status === UserStatus.DISABLED) demand("u.status = 'DISABLED'", "users_disabled_index");
  if (emailVerified != null) demand(`u.email_verified = ${emailVerified}`, "users_email_verified_index");
  if (role === Role.USER) demand("u.role = 'USER'", null);
  if (status === UserStatus.ACTIVE) demand("u.status = 'ACTIVE'", null);
  return conditions;
}

function createdBetween({ createdAfter, createdBefore }: UserFilter): Ends {
  return {
    lower: createdAfter == null ? null : { key: [createdAfter.getTime(), MIN_ID], isIncluded: true },
    upper: createdBefore == null ? null : { key: [createdBefore.getTime(), MIN_ID], isIncluded: false },
  };
}

type FoundWalk = Omit<UserWalk, "among">;

const ASCENDING = { isDescending: false, within: null } as const;

function walkFound({ address, username, name }: Beginnings): readonly FoundWalk[] {
  const byAddress = address.map((beginning, position): FoundWalk => {
    const columns = ["email_normalized"] as const;
    const index = "users_email_normalized_unique";
    const walkName = position === 0 ? "address" : "encodedAddress";
    return { ...ASCENDING, name: walkName, index, columns, ...beginningWith(beginning), only: [] };
  });
  const notByAddress = address.map((beginning) => notBeginningWith("u.email_normalized", beginning));
  const byUsername: FoundWalk = {
    ...ASCENDING,
    name: "username",
    index: "users_username_normalized_unique",
    columns: ["username_normalized"],
    ...beginningWith(username),
    only: notByAddress,
  };
  const byName: FoundWalk = {
    ...ASCENDING,
    name: "name",
    index: "users_name_normalized_index",
    columns: ["name_normalized", "id"],
    ...beginningWith(name, MIN_ID),
    only: [...notByAddress, notBeginningWith("u.username_normalized", username)],
  };
  return [...byAddress, byUsername, byName];
}

/** @param rest of the key: what is smallest in the other columns of the index */
function beginningWith(text: string, ...rest: readonly string[]): Ends {
  const end = firstTextAfter(text);
  const upper: Bound | null = end === null ? null : { key: [end, ...rest], isIncluded: false };
  return { lower: { key: [text, ...rest], isIncluded: true }, upper };
}

function notBeginningWith(column: string, text: string): SqlText {
  const end = firstTextAfter(text);
  return end === null
    ? { sql: `coalesce(${column} < ?, true)`, values: [text] }
    : { sql: `coalesce(${column} < ? or ${column} >= ?, true)`, values: [text, end] };
}
