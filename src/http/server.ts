import cors from "@fastify/cors";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { Config } from "../config/config.js";

const SWEEP_INTERVAL_MS = 50;

type HttpConfig = Pick<Config, "corsOrigins" | "maxBodyBytes" | "trustProxy">;

/** The HTTP edge before any route: limits, headers, CORS, and errors in the form GraphQL clients expect. */
export function createHttpServer(config: HttpConfig, logger: Logger): FastifyInstance {
  const http: FastifyInstance = Fastify({
    bodyLimit: config.maxBodyBytes,
    // The socket is hop 0: with one trusted hop the last entry of X-Forwarded-For counts, and nothing before it.
    trustProxy: config.trustProxy === 0 ? false : (_address, hop) => hop < config.trustProxy,
  });
  // A form or a script of another site can send text/plain without asking first (CSRF): it is refused with 415.
  http.removeContentTypeParser("text/plain");
  http.addHook("onRequest", async (_request, reply) => {
    // Answers carry tokens and personal data: no cache on the way keeps them (RFC 6749 §5.1).
    void reply.headers({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
  });
  if (config.corsOrigins.length > 0) {
    void http.register(cors, { origin: [...config.corsOrigins], credentials: true, maxAge: 600 });
  }
  http.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .send(errorBody(`There is nothing at ${request.method} ${request.url.split("?")[0]}.`, "BAD_REQUEST")),
  );
  http.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send(errorBody(error.message, "BAD_REQUEST"));
    logger.error({ err: error }, "an unexpected error at the HTTP edge");
    return reply.status(status).send(errorBody("Internal server error", "INTERNAL_SERVER_ERROR"));
  });
  return http;
}

/**
 * Stops taking connections and resolves when every request in flight has its answer. A connection that a client
 * would keep alive is closed as soon as it is idle; Node by itself looks only once, at the start.
 */
export async function drainHttpServer(http: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => http.server.closeIdleConnections(), SWEEP_INTERVAL_MS);
  await http.close();
  clearInterval(sweep);
}

function errorBody(message: string, code: string) {
  return { errors: [{ message, extensions: { code } }] };
}
