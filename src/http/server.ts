import cors from "@fastify/cors";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";
import { answerUnparsable, createErrorAnswer, errorBody, HEADERS_EVERYWHERE } from "./error-answers.js";
import { createRequestIds } from "./request-reports.js";

/** How long a client may take to send a request, headers and body. */
const REQUEST_TIMEOUT_MS = 30_000;
const PREFLIGHT_MAX_AGE_SECONDS = 600;

type HttpConfig = Pick<Config, "corsOrigins" | "maxBodyBytes" | "trustProxy">;

/** The HTTP edge before any route: limits, headers, CORS, and errors in the form GraphQL clients expect. */
export function createHttpServer(config: HttpConfig, logger: Logger): FastifyInstance {
  const answerError = createErrorAnswer(logger);
  const http: FastifyInstance = Fastify({
    bodyLimit: config.maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: createRequestIds(config.trustProxy),
    // drain.ts answers while the server stops.
    return503OnClosing: false,
    // The socket is hop 0: with one trusted hop the last entry of X-Forwarded-For counts, and nothing before it.
    trustProxy: config.trustProxy === 0 ? false : (_address, hop) => hop < config.trustProxy,
    frameworkErrors: (error, _request, reply) => answerError(error, reply),
    clientErrorHandler: answerUnparsable,
  });
  // A form or a script of another site can send text/plain without asking first (CSRF): it is refused with 415.
  http.removeContentTypeParser("text/plain");
  http.addHook("onRequest", async (_request, reply) => {
    void reply.headers(HEADERS_EVERYWHERE);
  });
  if (config.corsOrigins.length > 0) {
    const origin = [...config.corsOrigins];
    void http.register(cors, {
      origin,
      credentials: true,
      maxAge: PREFLIGHT_MAX_AGE_SECONDS,
      strictPreflight: false,
    });
  }
  http.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0];
    return reply.status(404).send(errorBody(`Not found: ${request.method} ${path}`, "BAD_REQUEST"));
  });
  http.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply));
  return http;
}
