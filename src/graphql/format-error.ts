import { randomUUID } from "node:crypto";
import { unwrapResolverError } from "@apollo/server/errors";
import type { GraphQLFormattedError } from "graphql";
import type { Logger } from "pino";
import { AppError } from "../lib/app-error.js";

/** Faults of the request itself, which Apollo Server and graphql-js word without telling anything about us. */
const CLIENT_ERROR_CODES = new Set([
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
]);

/**
 * What a client learns of an error: everything of an expected one, an id of every other. The log has the rest under
 * the same id (ASVS 16.5.1).
 */
export function createErrorFormatter(logger: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (unwrapResolverError(error) instanceof AppError) return formatted;
    const { message, locations, path } = formatted;
    const code = toContractCode(formatted.extensions?.code);
    if (CLIENT_ERROR_CODES.has(code)) return { message, locations, path, extensions: { code } };
    const errorId = randomUUID();
    logger.error({ errorId, err: unwrapResolverError(error), path: path?.join(".") }, "an unexpected error");
    return {
      message: "Internal server error",
      locations,
      path,
      extensions: { code: "INTERNAL_SERVER_ERROR", errorId },
    };
  };
}

/** Apollo has a code of its own for an unknown operationName. */
function toContractCode(code: unknown): string {
  return code === "OPERATION_RESOLUTION_FAILURE" ? "BAD_REQUEST" : String(code);
}
