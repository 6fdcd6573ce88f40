import { setImmediate as letOthersGo } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/core";
import type { PageRequest } from "../../lib/paging.js";
import type { SqlText } from "../../lib/sql-text.js";
import { toUserView, type UserRow } from "../user/user.row.js";
import type { UserView } from "../user/user.view.js";
import { type Bound, type IndexKey, type IndexWalk, type KeyColumn, narrow } from "./index-walk.js";
import type { UserListDialect } from "./user-list.dialects.js";
import { type Reading, UserListSql } from "./user-list.sql.js";
import type { UserWalk, WalkName } from "./user-list.walks.js";

/** A walk, and where it has come to. */
export type UserKey = readonly [walk: WalkName, ...key: IndexKey];

export interface ListedUser {
  readonly user: UserView;
  readonly key: UserKey;
}

export interface ListedUsers {
  /** Up to `size + 1`, in the order of the list or, read backward, last one first. */
  readonly listed: readonly ListedUser[];
  /** Where reading was given up before the page was full; what comes after is for the next page to find. */
  readonly stoppedAt: UserKey | null;
}

/**
 * A page looks at so many entries of an index that the filter may turn down: a few milliseconds, in which on SQLite the
 * whole process waits.
 */
const MAX_LOOKED_AT = 2000;

type KeyValues = Readonly<Record<KeyColumn, string | number>>;
type ListedRow = UserRow & KeyValues;

/** Reads pages of users as plain rows. What a page costs depends on its size, and not on how many users there are. */
export class UserListReader {
  readonly #sql: UserListSql;

  constructor(private readonly dialect: UserListDialect) {
    this.#sql = new UserListSql(dialect);
  }

  async readPage(
    em: EntityManager,
    walks: readonly UserWalk[],
    page: PageRequest<UserKey>,
  ): Promise<ListedUsers> {
    const { size, isBackward } = page;
    const listed: ListedUser[] = [];
    const stretches = stretchesOf(walks, page);
    for (const walk of isBackward ? stretches.reverse() : stretches) {
      const part = await this.#read(em, walk, { limit: size + 1 - listed.length, isBackward });
      listed.push(...part.listed);
      if (part.stoppedAt !== null || listed.length > size) return { listed, stoppedAt: part.stoppedAt };
    }
    return { listed, stoppedAt: null };
  }

  async count(em: EntityManager, walks: readonly UserWalk[]): Promise<number> {
    if (!this.dialect.isInProcess) return this.#countAll(em, walks);
    let count = 0;
    for (const walk of walks) count += await this.#countInPieces(em, walk);
    return count;
  }

  async #countAll(em: EntityManager, walks: readonly UserWalk[]): Promise<number> {
    if (walks.length === 0) return 0;
    const [row] = await query<{ count: number | string }>(em, this.#sql.countUsers(walks));
    return Number(row?.count);
  }

  /** Otherwise nobody else would be answered until a million were counted. */
  async #countInPieces(em: EntityManager, walk: UserWalk): Promise<number> {
    const reading = { limit: MAX_LOOKED_AT, isBackward: false };
    let count = 0;
    for (let rest = walk; ; await letOthersGo()) {
      const stop = await this.#findStop(em, rest, reading);
      const piece = stop === null ? rest : endingAt(rest, stop, reading);
      count += await this.#countAll(em, [piece]);
      if (stop === null) return count;
      rest = goingOnAfter(rest, stop);
    }
  }

  async #read(em: EntityManager, walk: UserWalk, reading: Reading): Promise<ListedUsers> {
    const isJudged = walk.only.length > 0 || walk.among !== null;
    const stop = isJudged ? await this.#findStop(em, walk, reading) : null;
    const stretch = stop === null ? walk : endingAt(walk, stop, reading);
    const listed = await this.#select(em, walk, this.#sql.selectUsers(stretch, reading));
    if (stop === null || listed.length === reading.limit) return { listed, stoppedAt: null };
    if (walk.among !== null && (await this.#findStop(em, walk.among, reading)) === null) {
      const amongFew = this.#sql.selectUsersAmongFew(walk, walk.among, reading);
      return { listed: await this.#select(em, walk, amongFew), stoppedAt: null };
    }
    return { listed, stoppedAt: [walk.name, ...stop] };
  }

  /** Where the walk has come to when it may look no further; null when it ends before. */
  async #findStop(em: EntityManager, walk: IndexWalk, { isBackward }: Reading): Promise<IndexKey | null> {
    const last = this.#sql.selectKeyAfter(walk, { limit: MAX_LOOKED_AT, isBackward });
    const [row] = await query<KeyValues>(em, last);
    return row === undefined ? null : keyIn(walk, row);
  }

  async #select(em: EntityManager, walk: UserWalk, statement: SqlText): Promise<readonly ListedUser[]> {
    const rows = await query<ListedRow>(em, statement);
    return rows.map((row) => ({ user: toUserView(row), key: [walk.name, ...keyIn(walk, row)] }));
  }
}

function keyIn({ columns }: IndexWalk, row: KeyValues): IndexKey {
  return columns.map((column) => row[column]);
}

/** What lies between the two cursors. */
function stretchesOf(
  walks: readonly UserWalk[],
  { after, before }: Pick<PageRequest<UserKey>, "after" | "before">,
): UserWalk[] {
  const first = after === null ? 0 : walks.findIndex(({ name }) => name === after[0]);
  const last = before === null ? walks.length - 1 : walks.findIndex(({ name }) => name === before[0]);
  return walks.slice(first, last + 1).map((walk, position) => {
    const from = position === 0 ? boundAt(after, false) : null;
    const to = first + position === last ? boundAt(before, false) : null;
    return narrow(walk, walk.isDescending ? { lower: to, upper: from } : { lower: from, upper: to });
  });
}

function boundAt(userKey: UserKey | null, isIncluded: boolean): Bound | null {
  if (userKey === null) return null;
  const [, ...key] = userKey;
  return { key, isIncluded };
}

function endingAt(walk: UserWalk, key: IndexKey, { isBackward }: Reading): UserWalk {
  const end = { key, isIncluded: true };
  const isUpper = walk.isDescending === isBackward;
  return narrow(walk, { lower: isUpper ? null : end, upper: isUpper ? end : null });
}

function goingOnAfter(walk: UserWalk, key: IndexKey): UserWalk {
  const start = { key, isIncluded: false };
  return narrow(walk, walk.isDescending ? { lower: null, upper: start } : { lower: start, upper: null });
}

function query<Row>(em: EntityManager, { sql, values }: SqlText): Promise<Row[]> {
  return em.getConnection().execute(sql, [...values]) as Promise<Row[]>;
}
