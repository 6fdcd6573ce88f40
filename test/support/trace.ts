import type { RequestOptions, TestApp } from "./test-app.js";

/** Everything that whoever asks can see, and what takes the time. Of an app that does nothing else meanwhile. */
export async function trace(app: TestApp, query: string, variables: RequestOptions["variables"] = {}) {
  const before = app.statements.length;
  const { status, headers, body } = await app.graphql(query, { variables });
  const fixed = [...headers].filter(([name]) => !["date", "x-request-id"].includes(name));
  return { status, fixed, body, statements: app.statements.slice(before).map(withoutValues) };
}

/** Ids, addresses and times stand in the statements of SQLite, nulls in those of both, and what is none is numbered. SQLite shortens what
 * it shows of a bound one. */
export const withoutValues = (sql: string): string =>
  sql.replaceAll(/'(?:[^']|'')*'(?:\/\*\+\d+ bytes\*\/)?|\b\d{6,}(?:\.0)?\b|\bnull\b|\$\d+/gi, "?");
