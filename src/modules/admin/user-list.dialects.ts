import { sqlMilliseconds } from "../../lib/sql-milliseconds.js";
import { POSTGRESQL_USER_COLUMNS, SQLITE_USER_COLUMNS } from "../user/user.row.js";

/** In what the databases differ where users are listed. */
export interface UserListDialect {
  /** Whether a statement holds up the whole process. */
  readonly isInProcess: boolean;
  readonly userColumns: string;
  /** Milliseconds since the epoch, of a column and as one. */
  readonly milliseconds: (column: string) => string;
  readonly time: (milliseconds: number) => string;
  /** The users as "u", read along this index. */
  readonly usersAlong: (index: string) => string;
}

export const USER_LIST_DIALECTS: Readonly<Record<"sqlite" | "postgresql", UserListDialect>> = {
  sqlite: {
    isInProcess: true,
    userColumns: SQLITE_USER_COLUMNS,
    milliseconds: (column) => column,
    time: String,
    // It has no statistics to choose by, and would take the one for verified addresses where there are ten admins.
    usersAlong: (index) => `users u indexed by ${index}`,
  },
  postgresql: {
    isInProcess: false,
    userColumns: POSTGRESQL_USER_COLUMNS,
    milliseconds: sqlMilliseconds,
    time: (milliseconds) => `to_timestamp(${milliseconds} / 1000.0)`,
    usersAlong: () => "users u",
  },
};
