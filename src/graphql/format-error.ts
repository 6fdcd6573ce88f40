import { randomUUID } from "node:crypto";
import { unwrapResolverError } from "@apollo/server/errors";
import type { GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { databaseFaultOf } from "../database/faults.js";
import { AppError, serviceUnavailable } from "../lib/app-error.js";
import { describeClientError } from "./client-error-message.js";
import { describeExceededLimit } from "./document-limits.js";

/** Faults of the request itself, found by Apollo Server and graphql-js, and the code that the contract has for them. */
const CLIENT_ERROR_CODES = new Map([
  ["BAD_REQUEST", "BAD_REQUEST"],
  ["BAD_USER_INPUT", "BAD_USER_INPUT"],
  ["GRAPHQL_PARSE_FAILED", "GRAPHQL_PARSE_FAILED"],
  ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"],
  ["OPERATION_RESOLUTION_FAILURE", "BAD_REQUEST"],
  // Kept: clients that try persisted queries go by it, and send the whole query next.
  ["PERSISTED_QUERY_NOT_SUPPORTED", "PERSISTED_QUERY_NOT_SUPPORTED"],
]);

export interface ErrorFormat {
  readonly logger: Logger;
  /** Whether to say "Did you mean …?". */
  readonly suggestions: boolean;
}

/**
 * What a client learns of an error: everything of an expected one, an id of every other. The log has the rest under
 * the same id (ASVS 16.5.1).
 */
export function createErrorFormatter({ logger, suggestions }: ErrorFormat) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = unwrapResolverError(error);
    if (cause instanceof AppError) return formatted;
    const { locations, path } = formatted;
    const exceeded = describeExceededLimit(error);
    if (exceeded !== null) return { message: exceeded, locations, path, extensions: { code: "BAD_REQUEST" } };
    const code = CLIENT_ERROR_CODES.get(String(formatted.extensions?.code));
    if (code !== undefined) {
      const message = describeClientError(error, formatted.message, { suggestions });
      return { message, locations, path, extensions: { code } };
    }
    if (databaseFaultOf(cause) !== null) {
      logger.warn(
        { reason: (cause as Error).message, path: path?.join(".") },
        "the database did not serve a request",
      );
      const { message, extensions } = serviceUnavailable();
      return { message, locations, path, extensions };
    }
    const errorId = randomUUID();
    logger.error({ errorId, err: cause, path: path?.join(".") }, "an unexpected error");
    return {
      message: "Internal server error",
      locations,
      path,
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId },
    };
  };
}
