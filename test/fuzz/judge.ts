import { ROOT } from "../support/repository.js";
import type { Answer } from "./exchange.js";
import { CANARY, type FuzzCase } from "./fuzz-case.js";

/** In no answer, whatever was asked. What a client sends itself may come back, and has none of these. */
const LEAKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a stack", /"stack(trace)?"|\n\s+at \S+ \(|node:internal/],
  [
    "SQL",
    /\b(select|insert into|update|delete from)\s+["'`]?(\w+["'`]?\s+(where|set)|users|sessions|signing_keys)/i,
  ],
  [
    "a database's words",
    /SQLITE_|SqliteError|PostgresError|UNIQUE constraint|violates \w+ constraint|mikro_?orm/i,
  ],
  ["a path of the file system", /node_modules|dist\/src|file:\/\//],
];

/** What is wrong with an answer, in words; apart from how long it took. */
export function findFaults(fuzzCase: FuzzCase, answer: Answer): string[] {
  const { statuses, contentType, isNosniff, text } = answer;
  const isRefusal = statuses.length === 1 && (statuses[0] ?? 0) >= 400;
  return [
    ...statuses.filter((status) => status >= 500).map((status) => `the status ${status}`),
    ...(statuses.length === 0 && fuzzCase.kind === "http" ? ["no answer"] : []),
    ...(isNosniff ? [] : ["an answer without nosniff"]),
    ...(isRefusal && !contentType.includes("json") && text !== "" ? ["a refusal that is not JSON"] : []),
    ...(contentType.includes("json") ? findJsonFaults(fuzzCase, statuses[0] ?? 0, text) : []),
    ...LEAKS.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${what} in the answer`),
    ...(text.includes(ROOT) ? ["the server's folder in the answer"] : []),
    // Messages tell what is wrong with a value, never the value: it may be a password.
    ...(text.includes(CANARY) ? ["a secret in the answer"] : []),
  ];
}

function findJsonFaults(fuzzCase: FuzzCase, status: number, text: string): string[] {
  // The answer to HEAD says what GET would have, and has no body.
  if (text === "") return fuzzCase.kind === "raw" || fuzzCase.method === "HEAD" ? [] : ["an empty body"];
  const body = parseJson(text);
  if (typeof body !== "object" || body === null) return ["a body that is no JSON object"];
  const { errors, data } = body as { errors?: unknown; data?: unknown };
  const isProbe = status === 200 && ("status" in body || "keys" in body);
  if (errors === undefined) return data === undefined && !isProbe ? ["neither errors nor data"] : [];
  if (!Array.isArray(errors) || errors.length === 0) return ["errors that are none"];
  return [...new Set(errors.flatMap(findErrorFaults))];
}

function findErrorFaults(error: { message?: unknown; extensions?: { code?: unknown } }): string[] {
  const code = error.extensions?.code;
  if (typeof error.message !== "string" || typeof code !== "string")
    return ["an error without message or code"];
  // A resolver that fails answers with 200.
  const isOurs = code === "INTERNAL_SERVER_ERROR" || code === "SERVICE_UNAVAILABLE";
  return isOurs ? [`the error ${code}`] : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
