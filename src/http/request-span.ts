import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { FastifyRequest } from "fastify";
import { endAfter, findTracer } from "../lib/tracing.js";

/** What a client does wrong is no error of the server's span. */
const SERVER_FAULTS = new Set(["INTERNAL_SERVER_ERROR", "SERVICE_UNAVAILABLE"]);

/**
 * Has a request to /graphql be a span, named and described by OpenTelemetry's conventions for GraphQL servers. It
 * continues the client's trace, or hangs below the span of an instrumented HTTP server.
 */
export function inRequestSpan<Result>(request: FastifyRequest, work: () => Promise<Result>): Promise<Result> {
  const tracer = findTracer();
  if (tracer === undefined) return work();
  const active = context.active();
  const isBelow = trace.getSpan(active) !== undefined;
  const parent = isBelow ? active : propagation.extract(active, request.headers);
  const kind = isBelow ? SpanKind.INTERNAL : SpanKind.SERVER;
  return tracer.startActiveSpan("GraphQL", { kind }, parent, (span) => {
    const { report } = request;
    report.traceId = span.spanContext().traceId;
    return endAfter(span, async () => {
      const result = await work();
      const { operationName, operationType, operations, outcome, userId } = report;
      if (operationType !== null) span.updateName([operationType, operationName].filter(Boolean).join(" "));
      span.setAttributes({
        "graphql.operation.type": operationType ?? undefined,
        "graphql.operation.name": operationName ?? undefined,
        "latchkey.operations": operations.map(({ operation }) => operation),
        "latchkey.outcome": outcome,
        "enduser.id": userId ?? undefined,
      });
      if (SERVER_FAULTS.has(outcome)) span.setStatus({ code: SpanStatusCode.ERROR });
      return result;
    });
  });
}
