import fc from "fast-check";
import type { RawCase } from "../fuzz-case.js";
import { byChoices, type Choices } from "./choices.js";
import { chooseHeaders } from "./headers.js";
import { chooseJsonText } from "./json.js";

const START_LINES = [
  "POST /graphql HTTP/1.1",
  "GET /graphql?query={__typename} HTTP/1.1",
  "POST /graphql HTTP/1.0",
  "GET /health HTTP/1.1",
  "POST http://evil.example/graphql HTTP/1.1",
  "GET http:// HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "CONNECT evil.example:443 HTTP/1.1",
  "GET /\u0000 HTTP/1.1",
  "GET /\u00ff\u00fe HTTP/1.1",
  "GET  /  HTTP/1.1",
  "GET / HTTP/9.9",
  "GET /",
  "get / http/1.1",
  "BREW / HTTP/1.1",
  "PRI * HTTP/2.0",
  "",
  "\u0016\u0003\u0001\u0002\u0000",
  "GET /a b HTTP/1.1",
  `GET /${"a".repeat(20_000)} HTTP/1.1`,
];
const HEADER_LINES = [
  "Host: localhost",
  "Host: a\r\nHost: b",
  "Content-Type: application/json",
  "Connection: keep-alive",
  "Connection: upgrade\r\nUpgrade: websocket",
  "Upgrade: h2c\r\nHTTP2-Settings: AAA",
  "Content-Length: 5\r\nContent-Length: 6",
  "Content-Length: -1",
  "Content-Length: 99999999999999999999",
  "Content-Length: 1e3",
  "Content-Length: 0x10",
  "Content-Length: 3",
  "Content-Length: 100000000",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: 3",
  "Transfer-Encoding: \u000bchunked",
  "Transfer-Encoding: identity",
  "Expect: 100-continue",
  "Expect: the unexpected",
  " folded: header",
  "No colon",
  ": no name",
  "Na me: x",
  "Name\u0000: x",
  "Name: \u0000",
  "Name: \u00ff\u0001",
  `Name: ${"x".repeat(20_000)}`,
  "x: y\r\n".repeat(2500).trimEnd(),
  "Cookie: \u00ff=\u00fe",
  "Authorization: Bearer \u00ff",
  "Trailer: x",
];
const CHUNKED_BODIES = [
  "0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r\n",
  "zz\r\n",
  "-1\r\n",
  "ffffffffffffffffff\r\n",
  "5\r\nhel",
  "2\r\n{}\r\n0\r\nX: y\r\n\r\n",
  "5;a=b\r\n",
];

/** Requests as no HTTP library would send them. */
export const rawCases: fc.Arbitrary<RawCase> = fc.oneof(
  { weight: 8, arbitrary: byChoices(chooseRequests) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 400, size: "max" })
      .map((bytes): RawCase => ({ kind: "raw", bytes: Buffer.from(bytes).toString("latin1") })),
  },
);

/** One or more, one after the other without waiting, the last perhaps broken off. */
function chooseRequests(choices: Choices): RawCase {
  const requests = Array.from({ length: choices.once(4) ? 2 + choices.below(4) : 1 }, () =>
    chooseRequest(choices),
  );
  const bytes = requests.join("");
  return { kind: "raw", bytes: choices.once(5) ? bytes.slice(0, choices.below(bytes.length + 1)) : bytes };
}

function chooseRequest(choices: Choices): string {
  const start = choices.once(2) ? choices.oneOf(START_LINES) : (START_LINES[0] ?? "");
  const body = choices.once(3) ? choices.oneOf(CHUNKED_BODIES) : toBytes(chooseJsonText(choices));
  const right = ["Host: localhost", "Content-Type: application/json", `Content-Length: ${body.length}`];
  const lines = [
    ...right.filter(() => !choices.once(4)),
    ...(choices.once(2) ? choices.some(HEADER_LINES, 3) : []),
    ...chooseHeaders(choices).map(([name, value]) => toBytes(`${name}: ${value}`)),
  ];
  const lineEnd = choices.once(10) ? choices.oneOf(["\n", "\r", "\n\r"]) : "\r\n";
  return [start, ...lines, "", body].join(lineEnd);
}

const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
