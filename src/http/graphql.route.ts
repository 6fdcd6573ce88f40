import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "../context.js";
import { HEADERS_EVERYWHERE } from "./error-answers.js";
import { inRequestSpan } from "./request-span.js";

/** POST for everything, GET for queries and, in a browser, Apollo Sandbox. */
export function registerGraphqlRoute(
  http: FastifyInstance,
  apollo: ApolloServer<RequestContext>,
  createContext: (request: FastifyRequest, reply: FastifyReply) => RequestContext,
): void {
  http.route({
    method: ["GET", "POST"],
    url: "/graphql",
    handler: async (request, reply) => {
      const { status, headers, body } = await inRequestSpan(request, () =>
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: toApolloRequest(request),
          context: async () => createContext(request, reply),
        }),
      );
      for (const [name, value] of headers) void reply.header(name, value);
      // Again, after Apollo's own opinion about persisted queries.
      void reply.status(status ?? 200).headers(HEADERS_EVERYWHERE);
      if (body.kind !== "complete") throw new Error("Incremental delivery is not offered");
      return reply.send(body.string);
    },
  });
}

function toApolloRequest(request: FastifyRequest): HTTPGraphQLRequest {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const queryStart = request.url.indexOf("?");
  return {
    method: request.method,
    headers,
    search: queryStart === -1 ? "" : request.url.slice(queryStart),
    body: request.body,
  };
}
