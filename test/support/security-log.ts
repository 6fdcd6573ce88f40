import { OrderedIds } from "../../src/lib/uuid.js";
import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import { User } from "../../src/modules/user/user.entity.js";
import { Role } from "../../src/modules/user/user.types.js";
import { type Account, signedUp } from "./journeys.js";
import type { RequestOptions, TestApp } from "./test-app.js";

/** What the security log has of a user, or of nobody, oldest first. */
export function eventsOf(app: TestApp, userId: string | null): Promise<SecurityEvent[]> {
  return app.orm.em.fork().find(SecurityEvent, { userId }, { orderBy: { id: "asc" } });
}

export async function eventTypesOf(app: TestApp, userId: string | null): Promise<readonly string[]> {
  return (await eventsOf(app, userId)).map(({ type }) => type);
}

/** Lines of the server's log about events, in order. */
export function eventLines(app: TestApp): readonly Readonly<Record<string, unknown>>[] {
  return app.logLines.filter((line) => line.includes('"securityEvent"')).map((line) => JSON.parse(line));
}

/** Puts events into the log, oldest first, as if they had been recorded. Without a time of their own all are of one millisecond. */
export async function addEvents(
  app: TestApp,
  events: readonly Partial<SecurityEvent>[],
): Promise<readonly SecurityEvent[]> {
  const { now } = app;
  const ids = new OrderedIds();
  const rows = events.map((event): SecurityEvent => {
    const occurredAt = event.occurredAt ?? new Date(now);
    return {
      id: ids.next(occurredAt.getTime()),
      type: SecurityEventType.LOGGED_IN,
      userId: null,
      actorId: null,
      ipAddress: "192.0.2.1",
      userAgent: null,
      ...event,
      occurredAt,
    };
  });
  await app.orm.em.fork().insertMany(SecurityEvent, rows);
  return rows;
}

export async function signedUpAdmin(app: TestApp): Promise<Account> {
  const account = await signedUp(app);
  await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { role: Role.ADMIN });
  return account;
}

const PAGE =
  "nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
const PAGE_VARIABLES = "$first: Int, $after: String, $last: Int, $before: String";
const PAGE_ARGUMENTS = "first: $first, after: $after, last: $last, before: $before";

/** Of everybody's, for an administrator. */
export const ALL_EVENTS = `query (${PAGE_VARIABLES}, $filter: SecurityEventFilter) {
  page: securityEvents(${PAGE_ARGUMENTS}, filter: $filter) { ${PAGE} }
}`;
export const MY_EVENTS = `query (${PAGE_VARIABLES}) { me { page: securityEvents(${PAGE_ARGUMENTS}) { ${PAGE} } } }`;

/** Checks what is true of every page, and leaves of it ids and pageInfo. */
export async function readPage(app: TestApp, query: string, options: RequestOptions) {
  const { body } = await app.graphql(query, options);
  expect(body.errors).toBeUndefined();
  const { nodes, edges, pageInfo } = body.data.page ?? body.data.me.page;
  expect(edges.map(({ node }: { node: object }) => node)).toEqual(nodes);
  expect(pageInfo).toMatchObject({
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  });
  return { ids: nodes.map(({ id }: { id: string }) => id) as readonly string[], pageInfo };
}

/** The whole list, page by page: from its beginning by `first`, or from its end by `last`. */
export async function readToTheEnd(
  app: TestApp,
  query: string,
  { variables, ...options }: RequestOptions,
): Promise<readonly string[]> {
  const isBackward = variables?.last !== undefined;
  let cursor: string | null = null;
  let all: readonly string[] = [];
  for (;;) {
    const place: object = isBackward ? { before: cursor } : { after: cursor };
    const { ids, pageInfo } = await readPage(app, query, {
      ...options,
      variables: { ...variables, ...place },
    });
    all = isBackward ? [...ids, ...all] : [...all, ...ids];
    expect(isBackward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage).toBe(cursor !== null);
    if (!(isBackward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return all;
    cursor = isBackward ? pageInfo.startCursor : pageInfo.endCursor;
  }
}
