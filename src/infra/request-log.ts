import type { Logger } from "pino";
import type { FinishedRequest } from "../lib/request-report.js";

/** One line for each request, whatever became of it: who did what with which outcome, and nothing of what they sent. */
export function logRequest(
  logger: Logger,
  { report, method, route, status, durationSeconds }: FinishedRequest,
): void {
  const { requestId, operationName, operations, outcome, userId, errorId, traceId } = report;
  logger.info(
    {
      requestId,
      traceId: traceId ?? undefined,
      method,
      route,
      status,
      durationMs: Math.round(durationSeconds * 10_000) / 10,
      operationName: operationName ?? undefined,
      operations: operations.map(({ operation }) => operation),
      outcome,
      userId: userId ?? undefined,
      errorId: errorId ?? undefined,
    },
    "request",
  );
}
