import Negotiator from "negotiator";
import type { RequestReport } from "../lib/request-report.js";

const ANSWER_TYPES = ["application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"];

/** Whether a client can take any of our answers. Apollo Server finds out when a mutation has long been done. */
export function acceptsAnswers(accept: string | undefined): boolean {
  if (accept === undefined || accept === "" || accept === "*/*") return true;
  return new Negotiator({ headers: { accept } }).mediaType(ANSWER_TYPES) !== undefined;
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
