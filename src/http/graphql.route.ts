import { type ApolloServer, HeaderMap, type HTTPGraphQLRequest } from "@apollo/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestContext } from "../context.js";
import { badRequest } from "./error-answers.js";
import { chooseAnswerType, statusOfRequestError } from "./media-types.js";
import { inRequestSpan } from "./request-span.js";
import { NO_STORE, SANDBOX_POLICY } from "./security-headers.js";

/** Apollo Server looks for forms with a parser whose time grows with the square of a header of spaces. */
const MAX_CONTENT_TYPE_LENGTH = 256;

/** POST for everything, GET for queries and, in a browser, Apollo Sandbox. */
export function registerGraphqlRoute(
  http: FastifyInstance,
  apollo: ApolloServer<RequestContext>,
  createContext: (request: FastifyRequest, reply: FastifyReply) => RequestContext,
): void {
  http.route({
    method: ["GET", "POST"],
    url: "/graphql",
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { accept } = request.headers;
      const answerType = request.method === "POST" ? chooseAnswerType(accept) : undefined;
      if (answerType === null) {
        return badRequest(reply, 406, "Answers are application/graphql-response+json or application/json.");
      }
      if ((request.headers["content-type"] ?? "").length > MAX_CONTENT_TYPE_LENGTH) {
        return badRequest(reply, 415, "The Content-Type header is too long.");
      }
      const work = inRequestSpan(request, () =>
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: toApolloRequest(request),
          context: async () => createContext(request, reply),
        }),
      );
      request.work = work;
      const { status, headers, body } = await work;
      if (body.kind !== "complete") throw new Error("Incremental delivery is not offered");
      for (const [name, value] of headers) void reply.header(name, value);
      if (answerType !== undefined) void reply.type(answerType);
      if (headers.get("content-type") === "text/html") {
        void reply.header("content-security-policy", SANDBOX_POLICY);
      }
      void reply
        .status(status === 400 ? statusOfRequestError(accept, request.report) : (status ?? 200))
        // Again, after Apollo's own opinion about persisted queries.
        .headers(NO_STORE);
      return reply.send(body.string);
    },
  });
}

/**
 * What Apollo Server looks at has been looked at: it would negotiate the type of the answer twice more, and parse that of the
 * body, which is JSON, to find out whether a browser asks before it sends such a request to a stranger.
 */
const HEADERS_OF_POST = new HeaderMap([
  ["apollo-require-preflight", "true"],
  ["accept", ""],
]);

function toApolloRequest(request: FastifyRequest): HTTPGraphQLRequest {
  const queryStart = request.url.indexOf("?");
  return {
    method: request.method,
    headers: request.method === "POST" ? HEADERS_OF_POST : copyHeaders(request),
    search: queryStart === -1 ? "" : request.url.slice(queryStart),
    body: request.body,
  };
}

function copyHeaders(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}
