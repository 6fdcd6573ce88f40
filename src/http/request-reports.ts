import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type FinishedRequest, OK, RequestReport } from "../lib/request-report.js";
import { statusOfParserAt } from "./error-answers.js";

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
 * Gives every request its report, and hands the report on when the answer has left and the work is done. Probes are
 * not worth a word. Has to be called before routes are registered.
 */
export function reportRequests(http: FastifyInstance, finish: (request: FinishedRequest) => void): void {
  http.decorateRequest("report");
  http.decorateRequest("work");
  http.addHook("onRequest", (request, reply, done) => {
    request.report = new RequestReport(request.id);
    void reply.header("x-request-id", request.id);
    if (!request.routeOptions.config?.isProbe) {
      const startedAt = performance.now();
      reply.raw.once("close", () => {
        const status = statusOf(request, reply);
        const durationSeconds = (performance.now() - startedAt) / 1000;
        const end = () => finish(describeEnd(request, status, durationSeconds));
        // Nobody hides what came of an attempt by hanging up before it is known.
        if (status === CLIENT_CLOSED_REQUEST && request.work !== undefined) request.work.then(end, end);
        else end();
      });
    }
    done();
  });
}

function statusOf({ raw: { socket } }: FastifyRequest, { raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : (statusOfParserAt(socket) ?? CLIENT_CLOSED_REQUEST);
}

function describeEnd(request: FastifyRequest, status: number, durationSeconds: number): FinishedRequest {
  const { report, routeOptions } = request;
  if (report.outcome === OK && status >= 400) report.refusal = outcomeOfStatus(status);
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
    /** What goes on also when the client has hung up. */
    work: Promise<unknown> | undefined;
  }
}
