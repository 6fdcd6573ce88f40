import { AppError } from "./app-error.js";
import { isStorableText } from "./text.js";

/** Relay's cursor connections over lists that are ordered by a key: https://relay.dev/graphql/connections.htm */

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

/** Several times what the longest key in any list needs, such as a name in full width. */
const MAX_CURSOR_LENGTH = 16_384;

/** Where a row stands in its list: the values that the list is ordered by. */
export type Key = readonly (string | number)[];

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** A stretch of a list, checked. Whoever reads it reads `size + 1` rows: the one more tells whether it goes on. */
export interface PageRequest<ListKey extends Key> {
  readonly size: number;
  /** Read from the end, last row first. */
  readonly isBackward: boolean;
  /** Rows that come after this one in the list, itself left out. */
  readonly after: ListKey | null;
  /** Rows that come before this one in the list, itself left out. */
  readonly before: ListKey | null;
}

export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** The cursors of one list: its name and a key, so that no other list takes them for its own. */
export class Cursors<ListKey extends Key> {
  /** @param isKey whether something can be a key of this list; all of its texts can be stored */
  constructor(
    private readonly list: string,
    private readonly isKey: (key: Key) => key is ListKey,
  ) {}

  encode(key: ListKey): string {
    return Buffer.from(JSON.stringify([this.list, ...key])).toString("base64url");
  }

  /** @returns null for what this list has never given out, such as another spelling of a cursor */
  decode(cursor: string): ListKey | null {
    if (cursor.length > MAX_CURSOR_LENGTH) return null;
    const [, ...key] = parseParts(Buffer.from(cursor, "base64url").toString());
    return this.isKey(key) && this.encode(key) === cursor ? key : null;
  }
}

function parseParts(text: string): Key {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) && parts.every(isKeyPart) ? parts : [];
  } catch {
    return [];
  }
}

function isKeyPart(part: unknown): part is string | number {
  return typeof part === "string" ? isStorableText(part) : Number.isSafeInteger(part);
}

/** @throws AppError BAD_USER_INPUT for what is no page of the list */
export function readPageArguments<ListKey extends Key>(
  { first, after, last, before }: PageArguments,
  cursors: Cursors<ListKey>,
): PageRequest<ListKey> {
  if (first != null && last != null) throw badInput("Give `first` or `last`, not both.");
  return {
    size: readSize("first", first) ?? readSize("last", last) ?? DEFAULT_PAGE_SIZE,
    isBackward: last != null,
    after: readCursor("after", after, cursors),
    before: readCursor("before", before, cursors),
  };
}

function readSize(name: string, size: number | null | undefined): number | null {
  if (size == null) return null;
  if (size >= 0 && size <= MAX_PAGE_SIZE) return size;
  throw badInput(`\`${name}\` must be a number from 0 to ${MAX_PAGE_SIZE}.`);
}

function readCursor<ListKey extends Key>(
  name: string,
  cursor: string | null | undefined,
  cursors: Cursors<ListKey>,
): ListKey | null {
  if (cursor == null) return null;
  const key = cursors.decode(cursor);
  if (key === null) throw badInput(`\`${name}\` is no cursor of this list.`);
  return key;
}

function badInput(message: string): AppError {
  return new AppError("BAD_USER_INPUT", message);
}

export interface ListRows<Node, ListKey extends Key> {
  /** As they were read: up to `size + 1`, in the list's order, or last row first when read backward. */
  readonly rows: readonly Node[];
  readonly keyOf: (row: Node) => ListKey;
  readonly cursors: Cursors<ListKey>;
}

export function toPage<Node, ListKey extends Key>(
  { size, isBackward, after, before }: PageRequest<ListKey>,
  { rows, keyOf, cursors }: ListRows<Node, ListKey>,
): Page<Node> {
  const goesOn = rows.length > size;
  const read = rows.slice(0, size);
  const nodes = isBackward ? read.reverse() : read;
  const edges = nodes.map((node) => ({ cursor: cursors.encode(keyOf(node)), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      // The row that a cursor stands for is on the other side of it.
      hasNextPage: before !== null || (!isBackward && goesOn),
      hasPreviousPage: after !== null || (isBackward && goesOn),
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
