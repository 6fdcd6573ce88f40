import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import type { FuzzCase, Header, HttpCase } from "../fuzz-case.js";
import { byChoices, type Choices } from "./choices.js";
import { chooseOperation, type Operation } from "./document.js";
import { chooseContentType, chooseHeaders } from "./headers.js";
import { chooseMutatedOperation, chooseShapedOperation } from "./hostile-document.js";
import { chooseJson, chooseJsonText } from "./json.js";
import { rawCases } from "./raw.js";

const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "QUERY", "PROPFIND"];
const PATHS = [
  "/graphql",
  "/graphql/",
  "/GraphQL",
  "//graphql",
  "/graphql%2f",
  "/graphql?",
  "/graphql?query=%zz",
  "/health",
  "/ready",
  "/metrics",
  "/.well-known/jwks.json",
  "/",
  "*",
  "/%00",
  "/%c0%af",
  "/..%2f..%2fetc/passwd",
  "/%ff",
  "/__proto__",
  "/graphql?query={__typename}",
  "/graphql?query=a&query=b",
  "/graphql?access_token={{access}}",
  `/${"a".repeat(5000)}`,
];

/** Everything a client may send, most of it nearly right: what is refused at the door tests the door only. */
export function fuzzCases(schema: GraphQLSchema): fc.Arbitrary<FuzzCase> {
  const operations = (choose: (choices: Choices) => Operation) =>
    byChoices((choices) => postOperation(choices, choose(choices)));
  return fc.oneof(
    { weight: 40, arbitrary: operations((choices) => chooseOperation(choices, schema)) },
    { weight: 15, arbitrary: operations((choices) => chooseMutatedOperation(choices, schema)) },
    { weight: 10, arbitrary: operations(chooseShapedOperation) },
    { weight: 8, arbitrary: byChoices((choices) => getOperation(choices, schema)) },
    { weight: 8, arbitrary: byChoices(postText) },
    { weight: 4, arbitrary: postedBytes },
    { weight: 5, arbitrary: byChoices(askElsewhere) },
    { weight: 10, arbitrary: rawCases },
  );
}

function postOperation(choices: Choices, operation: Operation): HttpCase {
  const body = JSON.stringify({ ...operation, ...chooseCompany(choices) });
  return post(choices, choices.once(25) ? body.slice(0, choices.below(body.length + 1)) : body);
}

/** What else stands beside a query. */
function chooseCompany(choices: Choices): object {
  if (!choices.once(6)) return {};
  return choices.oneOf([
    { operationName: choices.oneOf(["Fuzz", "", null, "__proto__", 1]) },
    { extensions: chooseJson(choices) },
    { extensions: { persistedQuery: { version: 1, sha256Hash: choices.oneOf(["0".repeat(64), "", 1]) } } },
    { variables: chooseJson(choices) },
    { query: chooseJson(choices) },
    { query: undefined },
    { id: "1", documentId: "1" },
  ]);
}

function postText(choices: Choices): HttpCase {
  return post(choices, chooseJsonText(choices));
}

function post(choices: Choices, body: string): HttpCase {
  const headers: Header[] = [...chooseContentType(choices), ...chooseHeaders(choices)];
  const encoding = choices.once(30) ? choices.oneOf(["latin1", "utf16le"] as const) : "utf8";
  return { kind: "http", method: "POST", path: "/graphql", headers, body, encoding };
}

const postedBytes: fc.Arbitrary<HttpCase> = fc.uint8Array({ maxLength: 300, size: "max" }).map((bytes) => ({
  kind: "http",
  method: "POST",
  path: "/graphql",
  headers: [["content-type", "application/json"]],
  body: Buffer.from(bytes).toString("latin1"),
  encoding: "latin1",
}));

function getOperation(choices: Choices, schema: GraphQLSchema): HttpCase {
  const { query, variables } = choices.once(4)
    ? chooseMutatedOperation(choices, schema)
    : chooseOperation(choices, schema, choices.once(4));
  const search = new URLSearchParams({ query });
  if (choices.once(2)) search.set("variables", JSON.stringify(variables));
  if (choices.once(6))
    search.set(choices.oneOf(["extensions", "operationName", "variables"]), chooseJsonText(choices));
  // Node's own client and server take 16 KiB of headers at most.
  const path = `/graphql?${search}`.slice(0, 12_000);
  const headers: Header[] = [["apollo-require-preflight", "1"], ...chooseHeaders(choices)];
  return { kind: "http", method: "GET", path, headers, body: "", encoding: "utf8" };
}

function askElsewhere(choices: Choices): HttpCase {
  const body = choices.once(3) ? chooseJsonText(choices) : "";
  const headers = [...chooseContentType(choices), ...chooseHeaders(choices)];
  return {
    kind: "http",
    method: choices.oneOf(METHODS),
    path: choices.oneOf(PATHS),
    headers,
    body,
    encoding: "utf8",
  };
}
