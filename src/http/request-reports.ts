import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type FinishedRequest, OK, RequestReport } from "../lib/request-report.js";

/** A client that hung up before it had its answer (nginx's convention). */
const CLIENT_CLOSED_REQUEST = 499;

const REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/** The proxy's id for a request, where there is a proxy to trust, so that its log and ours can be joined. */
export function createRequestIds(trustProxy: number): (request: IncomingMessage) => string {
  return ({ headers }) => {
    const given = trustProxy > 0 ? headers["x-request-id"] : undefined;
    return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
  };
}

/**
 * Gives every request its report, and hands the report on when the answer has left. Probes are not worth a word.
 * Has to be called before routes are registered.
 */
export function reportRequests(http: FastifyInstance, finish: (request: FinishedRequest) => void): void {
  http.decorateRequest("report");
  http.addHook("onRequest", (request, reply, done) => {
    request.report = new RequestReport(request.id);
    void reply.header("x-request-id", request.id);
    if (!request.routeOptions.config?.isProbe) {
      const startedAt = performance.now();
      reply.raw.once("close", () => finish(describeEnd(request, reply, startedAt)));
    }
    done();
  });
}

function describeEnd(request: FastifyRequest, { raw }: FastifyReply, startedAt: number): FinishedRequest {
  const { report, routeOptions } = request;
  const status = raw.writableFinished ? raw.statusCode : CLIENT_CLOSED_REQUEST;
  if (report.outcome === OK && status >= 400) report.refusal = outcomeOfStatus(status);
  const durationSeconds = (performance.now() - startedAt) / 1000;
  const { method } = request;
  return { report, method, route: routeOptions.url ?? "unknown", status, durationSeconds };
}

/** What was refused at the edge, before anything could be noted. */
function outcomeOfStatus(status: number): string {
  if (status === CLIENT_CLOSED_REQUEST) return "CLIENT_CLOSED_REQUEST";
  if (status === 403) return "FORBIDDEN";
  if (status === 503) return "SERVICE_UNAVAILABLE";
  return status < 500 ? "BAD_REQUEST" : "INTERNAL_SERVER_ERROR";
}

declare module "fastify" {
  interface FastifyRequest {
    report: RequestReport;
  }
}
