import type { Header } from "../fuzz-case.js";
import type { Choices } from "./choices.js";
import { chooseToken } from "./texts.js";

const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=utf-16",
  "APPLICATION/JSON",
  "text/plain",
  "application/graphql",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json, text/plain",
  "application/graphql+json",
  "application/json; charset=",
  ";",
  "",
  "x",
  "*/*",
];
const ACCEPTS = [
  "*/*",
  "application/json",
  "application/graphql-response+json",
  "text/html",
  "text/event-stream",
  "image/png",
  "application/json;q=0, */*;q=0.1",
  "multipart/mixed;deferSpec=20220824",
  "",
  ";;;q=x",
  "a".repeat(2000),
];
const ORIGINS = [
  "https://app.example.org",
  "https://evil.example",
  "null",
  "",
  "https://app.example.org.evil.test",
  "é",
];
const HOSTS = ["localhost", "evil.example", "", "127.0.0.1:1", "[::1]", "a@b", "xn--a", "a".repeat(1000)];
const ADDRESSES = [
  "203.0.113.7",
  "6.6.6.6, 203.0.113.7",
  "::ffff:203.0.113.7",
  "2001:db8::1",
  "[2001:db8::1]:80",
  "203.0.113.7:80",
  "unknown",
  "<script>",
  "",
  ",",
  ",,,,",
  "999.1.1.1",
  "fe80::1%eth0",
  "1.1.1.1, ".repeat(300),
  "\u00ff",
];

/** Beside content-type, which most requests need to be right. */
const POOLS: Readonly<Record<string, (choices: Choices) => string>> = {
  authorization: chooseAuthorization,
  accept: (choices) => choices.oneOf(ACCEPTS),
  origin: (choices) => choices.oneOf(ORIGINS),
  host: (choices) => choices.oneOf(HOSTS),
  "x-forwarded-for": (choices) => choices.oneOf(ADDRESSES),
  "x-forwarded-proto": (choices) => choices.oneOf(["https", "http", "javascript", ""]),
  "x-forwarded-host": (choices) => choices.oneOf(HOSTS),
  cookie: chooseCookie,
  "user-agent": (choices) =>
    choices.oneOf(["Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "", "\u00e9\u00ff", "x".repeat(9000)]),
  "apollo-require-preflight": () => "1",
  "x-apollo-operation-name": (choices) => choices.oneOf(["Fuzz", ""]),
  "accept-encoding": (choices) => choices.oneOf(["gzip", "br, zstd", "identity;q=0"]),
  "content-encoding": (choices) => choices.oneOf(["gzip", "identity", "br"]),
  expect: (choices) => choices.oneOf(["100-continue", "nonsense"]),
  "if-none-match": () => "*",
  range: () => "bytes=0-0",
  traceparent: () => "00-0-0-0",
  __proto__: () => "x",
  "access-control-request-method": (choices) => choices.oneOf(["POST", "DELETE", ""]),
};

/** Some headers, now and then one of them twice. */
export function chooseHeaders(choices: Choices): Header[] {
  // Those that the server itself reads come more often.
  const names = [
    ...Object.keys(POOLS),
    ...repeated("cookie", 8),
    ...repeated("authorization", 4),
    ...repeated("x-forwarded-for", 2),
  ];
  const chosen = choices.once(2) ? choices.some(names, 3) : [];
  const headers = chosen.map((name): Header => [name, POOLS[name]?.(choices) ?? ""]);
  if (!choices.once(3)) headers.push(["authorization", "Bearer {{access}}"]);
  return headers;
}

const repeated = (name: string, times: number): string[] => Array.from({ length: times }, () => name);

export function chooseContentType(choices: Choices): Header[] {
  if (choices.once(40)) return [];
  return [["content-type", choices.once(12) ? choices.oneOf(CONTENT_TYPES) : "application/json"]];
}

function chooseAuthorization(choices: Choices): string {
  const token = chooseToken(choices);
  const forms = [
    `Bearer ${token}`,
    `bearer  ${token}`,
    token,
    `Basic ${token}`,
    `Bearer ${token} ${token}`,
    "Bearer",
    "",
  ];
  return choices.oneOf(forms);
}

function chooseCookie(choices: Choices): string {
  const token = chooseToken(choices);
  const name = choices.oneOf(["latchkey-device", "latchkey-refresh"]);
  return choices.oneOf([
    `${name}={{device}}`,
    "latchkey-refresh={{refresh}}; latchkey-device={{device}}",
    `${name}=${token}`,
    `${name}=${token}; ${name}={{device}}`,
    `__Host-${name}=${token}`,
    `${name}="%zz${token}"`,
    `${name}`,
    "=;=;;",
    `__proto__=1; ${"a=b; ".repeat(400)}`,
  ]);
}
