import Negotiator from "negotiator";
import type { RequestReport } from "../lib/request-report.js";

const JSON_TYPE = "application/json; charset=utf-8";
const ANSWER_TYPES = [JSON_TYPE, "application/graphql-response+json; charset=utf-8"];

/** Clients send few different ones. */
const MAX_REMEMBERED = 100;
const MAX_REMEMBERED_LENGTH = 256;

const remembered = new Map<string, string | null>();

/**
 * The type of our answers that a client likes best; null where it can take none. Apollo Server finds that out when a mutation
 * has long been done.
 */
export function chooseAnswerType(accept: string | undefined): string | null {
  if (accept === undefined || accept === "" || accept === "*/*") return JSON_TYPE;
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  const chosen = new Negotiator({ headers: { accept } }).mediaType(ANSWER_TYPES) ?? null;
  if (remembered.size < MAX_REMEMBERED && accept.length <= MAX_REMEMBERED_LENGTH)
    remembered.set(accept, chosen);
  return chosen;
}

const ONLY_JSON = /^\s*application\/json\s*(;[^,]*)?$/i;

const CODES_OF_WELL_FORMED_REQUESTS = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
]);

/**
 * The status of an answer that Apollo Server gives 400. A client that takes application/json and nothing else cannot
 * tell our 400 from one of a proxy, and reads no body of it: it gets 200 (GraphQL over HTTP, "application/json"). What
 * is beyond a limit is no well-formed request, and gets 400 from us whatever the client takes.
 */
export function statusOfRequestError(accept: string | undefined, { refusal }: RequestReport): 200 | 400 {
  if (accept === undefined || !ONLY_JSON.test(accept)) return 400;
  return CODES_OF_WELL_FORMED_REQUESTS.has(refusal ?? "") ? 200 : 400;
}
