import type { FastifyInstance } from "fastify";
import { badRequest } from "./error-answers.js";

/** 405 with what is allowed where only the method is wrong, 404 everywhere else. Has to be called before routes are registered. */
export function answerUnknownRoutes(http: FastifyInstance): void {
  const methodsOfPath = new Map<string, Set<string>>();
  http.addHook("onRoute", ({ url, method }) => {
    const methods = methodsOfPath.get(url) ?? new Set();
    methodsOfPath.set(url, methods);
    for (const name of [method].flat()) methods.add(name);
  });
  // Neither path nor method is repeated: what a link put there should not show in anybody's error messages.
  http.setNotFoundHandler((request, reply) => {
    const methods = methodsOfPath.get(pathOf(request.url));
    if (methods === undefined) return badRequest(reply, 404, "Nothing is here. The API is at /graphql.");
    const allowed = [...methods].sort().join(", ");
    void reply.header("allow", allowed);
    const isPreflight =
      request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
    // One of a listed origin was answered before. Whoever looks for the reason finds this in the browser's tools.
    if (isPreflight)
      return badRequest(reply, 405, "Pages of this origin may not ask: CORS_ORIGINS does not list it.");
    return badRequest(reply, 405, `The methods allowed here are ${allowed}.`);
  });
}

/** Without the query, and without the host that a proxy's form of request has in front (RFC 9112 §3.2.2). */
const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/?]*/i, "").replace(/\?.*$/s, "");
