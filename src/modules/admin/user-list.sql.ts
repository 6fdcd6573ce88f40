import type { SqlText } from "../../lib/sql-text.js";
import type { Bound, IndexWalk } from "./index-walk.js";
import type { UserListDialect } from "./user-list.dialects.js";
import type { UserWalk } from "./user-list.walks.js";

export interface Reading {
  readonly limit: number;
  /** From the end of the walk, last one first. */
  readonly isBackward: boolean;
}

/** The statements that lists of users are read with. All values but times stand beside them. */
export class UserListSql {
  constructor(private readonly dialect: UserListDialect) {}

  /** The users of a walk, in its order. */
  selectUsers(walk: UserWalk, { limit, isBackward }: Reading): SqlText {
    const conditions = join([...this.#conditions(walk), ...this.#conditions(walk.among)]);
    const sql = `
      select ${this.#columns} from ${this.dialect.usersAlong(walk.index)}
      where ${conditions.sql} order by ${orderOf(walk, isBackward)} limit ${limit}`;
    return { sql, values: conditions.values };
  }

  /** The same where the users it is among are few: all of them are looked at, and what is found is sorted. */
  selectUsersAmongFew(walk: UserWalk, few: IndexWalk, { limit, isBackward }: Reading): SqlText {
    const [within, conditions] = [join(this.#conditions(few)), join(this.#conditions(walk))];
    const sql = `
      with u as materialized (select u.* from ${this.dialect.usersAlong(few.index)} where ${within.sql})
      select ${this.#columns} from u
      where ${conditions.sql} order by ${orderOf(walk, isBackward)} limit ${limit}`;
    return { sql, values: [...within.values, ...conditions.values] };
  }

  /** The key where a walk has come to after so many entries of its index, whether they are wanted or not; none if it ends before. */
  selectKeyAfter(walk: IndexWalk, { limit, isBackward }: Reading): SqlText {
    const conditions = join(this.#conditions({ ...walk, only: [] }));
    const columns = walk.columns.map((column) =>
      column === "created_at" ? `${this.dialect.milliseconds("u.created_at")} as created_at` : `u.${column}`,
    );
    const sql = `
      select ${columns.join(", ")} from ${this.dialect.usersAlong(walk.index)}
      where ${conditions.sql} order by ${orderOf(walk, isBackward)} limit 1 offset ${limit - 1}`;
    return { sql, values: conditions.values };
  }

  /** Nobody is found by two walks. */
  countUsers(walks: readonly UserWalk[]): SqlText {
    const counts = walks.map((walk) => {
      const { sql, values } = join([...this.#conditions(walk), ...this.#conditions(walk.among)]);
      return { sql: `(select count(*) from ${this.dialect.usersAlong(walk.index)} where ${sql})`, values };
    });
    return {
      sql: `select ${counts.map(({ sql }) => sql).join(" + ")} as count`,
      values: counts.flatMap(({ values }) => values),
    };
  }

  get #columns(): string {
    return `${this.dialect.userColumns}, u.email_normalized, u.username_normalized, u.name_normalized`;
  }

  #conditions(walk: IndexWalk | null): readonly SqlText[] {
    if (walk === null) return [];
    const [lower, upper] = [this.#bound(walk, walk.lower, ">"), this.#bound(walk, walk.upper, "<")];
    return [walk.within, lower, upper, ...walk.only].filter((condition) => condition !== null);
  }

  #bound({ columns }: IndexWalk, bound: Bound | null, comparison: "<" | ">"): SqlText | null {
    if (bound === null) return null;
    const names = columns.map((column) => `u.${column}`).join(", ");
    const placeholders = bound.key.map((value) =>
      typeof value === "number" ? this.dialect.time(value) : "?",
    );
    return {
      sql: `(${names}) ${comparison}${bound.isIncluded ? "=" : ""} (${placeholders.join(", ")})`,
      values: bound.key.filter((value) => typeof value === "string"),
    };
  }
}

function orderOf({ columns, isDescending }: IndexWalk, isBackward: boolean): string {
  const direction = isDescending === isBackward ? "asc" : "desc";
  return columns.map((column) => `u.${column} ${direction}`).join(", ");
}

function join(conditions: readonly SqlText[]): SqlText {
  return {
    sql: ["true", ...conditions.map(({ sql }) => sql)].join(" and "),
    values: conditions.flatMap(({ values }) => values),
  };
}
