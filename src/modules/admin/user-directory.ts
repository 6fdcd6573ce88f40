import type { RequestContext } from "../../context.js";
import {
  Cursors,
  type Key,
  type Page,
  type PageArguments,
  readPageArguments,
  toPage,
} from "../../lib/paging.js";
import { isStoredId } from "../../lib/uuid.js";
import type { UserListDialect } from "./user-list.dialects.js";
import { type UserKey, UserListReader } from "./user-list.reader.js";
import { UserConnection, type UserFilter } from "./user-list.types.js";
import { type UserWalk, walksOf } from "./user-list.walks.js";

/** What every database has a time for: the year 5138, and as far back. */
const MAX_TIME_MS = 1e14;

/** All users, for those who administer them. */
export class UserDirectory {
  readonly #reader: UserListReader;

  constructor(dialect: UserListDialect) {
    this.#reader = new UserListReader(dialect);
  }

  /** @throws AppError BAD_USER_INPUT for what is no page of the list */
  async list({ em }: RequestContext, args: PageArguments, filter: UserFilter): Promise<UserConnection> {
    const walks = walksOf(filter);
    const cursors = new Cursors("users", (key): key is UserKey => isKeyOf(walks, key));
    const request = readPageArguments(args, cursors);
    const { listed, stoppedAt } = await this.#reader.readPage(em, walks, request);
    const keys = new Map(listed.map(({ user, key }) => [user, key]));
    const page = toPage(request, {
      rows: listed.map(({ user }) => user),
      keyOf: (user) => keys.get(user) as UserKey,
      cursors,
    });
    const goesOnAt = stoppedAt === null ? null : cursors.encode(stoppedAt);
    const { pageInfo } = goesOnAt === null ? page : goingOn(page, goesOnAt, request.isBackward);
    return new UserConnection({ ...page, pageInfo, filter });
  }

  count({ em }: RequestContext, filter: UserFilter): Promise<number> {
    return this.#reader.count(em, walksOf(filter));
  }
}

/** A page that ends where reading was given up, however many it has. */
function goingOn<Node>(
  { pageInfo }: Page<Node>,
  cursor: string,
  isBackward: boolean,
): Pick<Page<Node>, "pageInfo"> {
  const goesOn = isBackward
    ? { hasPreviousPage: true, startCursor: cursor }
    : { hasNextPage: true, endCursor: cursor };
  return { pageInfo: { ...pageInfo, ...goesOn } };
}

/** A cursor of a search is none of the list without one. */
function isKeyOf(walks: readonly UserWalk[], [name, ...values]: Key): boolean {
  const columns = walks.find((walk) => walk.name === name)?.columns ?? [];
  return (
    columns.length > 0 &&
    columns.length === values.length &&
    columns.every((column, position) => {
      const value = values[position] ?? "";
      if (column === "created_at") return typeof value === "number" && Math.abs(value) <= MAX_TIME_MS;
      return typeof value === "string" && (column !== "id" || isStoredId(value));
    })
  );
}
