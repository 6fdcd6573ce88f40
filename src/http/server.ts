import type { Server } from "node:http";
import Fastify, { type FastifyError, type FastifyHttpOptions, type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import type { FinishedRequest } from "../lib/request-report.js";
import { CONNECTION_LIMITS, type ConnectionLimits } from "./connection-limits.js";
import { badRequest, createErrorAnswer, createUnparsableAnswer, errorBody } from "./error-answers.js";
import { acceptOnlyJson } from "./json-body.js";
import { OriginPolicy } from "./origin-policy.js";
import { createRequestIds, reportRequests } from "./request-reports.js";
import { answerUnknownRoutes } from "./route-answers.js";
import { securityHeaders } from "./security-headers.js";

type HttpConfig = Pick<Config, "corsOrigins" | "maxBodyBytes" | "publicUrl" | "trustProxy">;

export interface HttpServerParts {
  readonly logger: Logger;
  /** Told of each request when its answer has left. */
  readonly finish: (request: FinishedRequest) => void;
  readonly limits?: ConnectionLimits | undefined;
}

/** The HTTP edge before any route: limits, headers, CORS, and errors in the form GraphQL clients expect. */
export function createHttpServer(
  config: HttpConfig,
  { logger, finish, limits = CONNECTION_LIMITS }: HttpServerParts,
): FastifyInstance {
  const headers = securityHeaders(config.publicUrl);
  const origins = new OriginPolicy(config);
  const answerError = createErrorAnswer(logger, config.maxBodyBytes);
  const http: FastifyInstance = Fastify({
    ...connectionOptions(limits),
    bodyLimit: config.maxBodyBytes,
    genReqId: createRequestIds(config.trustProxy),
    // The socket is hop 0: with one trusted hop the last entry of X-Forwarded-For counts, and nothing before it.
    trustProxy: config.trustProxy === 0 ? false : (_address, hop) => hop < config.trustProxy,
    clientErrorHandler: createUnparsableAnswer(headers),
    schemaController: { compilersFactory: NO_SCHEMAS },
    // No hook runs for a path that cannot be decoded.
    frameworkErrors: (_error, request, reply) => {
      origins.addHeaders(request.headers, reply.headers(headers));
      badRequest(reply, 400, "The path of the request is malformed.");
    },
  });
  acceptOnlyJson(http);
  reportRequests(http, finish);
  admitRequests(http, origins, headers);
  answerUnknownRoutes(http);
  http.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply));
  return http;
}

/** No route has a schema: GraphQL checks what comes in. Without these Fastify would load its compilers at each start. */
const NO_SCHEMAS = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas };

function refuseSchemas(): never {
  throw new Error("Routes have no schemas here");
}

function connectionOptions(limits: ConnectionLimits): FastifyHttpOptions<Server> {
  return {
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionTimeout: limits.inactivityTimeoutMs,
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      // Node's refusal has no body: admitRequests() refuses in our form.
      requireHostHeader: false,
    },
    // drain.ts answers while the server stops. What is still connected after it has half a request to send.
    return503OnClosing: false,
    forceCloseConnections: true,
  };
}

/** The first hook that may answer: whatever answers after it, a refusal while stopping too, has these headers. */
function admitRequests(
  http: FastifyInstance,
  origins: OriginPolicy,
  headers: Readonly<Record<string, string>>,
): void {
  http.addHook("onRequest", (request, reply, next) => {
    const { method, headers: sent, httpVersion } = request.raw;
    origins.addHeaders(sent, reply.headers(headers));
    if (origins.isPreflight(method ?? "", sent)) return origins.answerPreflight(sent, reply);
    if (sent.host === undefined && httpVersion === "1.1") {
      return void badRequest(reply, 400, "The request has no Host header.");
    }
    if (origins.isForged(sent)) {
      return void reply.status(403).send(errorBody("This origin may not use cookies here.", "FORBIDDEN"));
    }
    next();
  });
  // The only expectation there is, 100-continue, Node has met. Others may be ignored (RFC 9110 §10.1.1).
  http.server.on("checkExpectation", (request, response) => http.server.emit("request", request, response));
}
