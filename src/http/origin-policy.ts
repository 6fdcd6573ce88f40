import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply } from "fastify";
import type { Config } from "../config/config.js";
import { carriesOwnCookie } from "./own-cookies.js";

const PREFLIGHT_HEADERS = {
  "access-control-allow-methods": "GET, POST",
  "access-control-max-age": "600",
} as const;

/** What scripts of the listed origins may read besides the body. */
const EXPOSED_HEADERS = "retry-after, x-request-id";

/** Which other sites' scripts may talk to us: those whose origin stands in CORS_ORIGINS, letter by letter. */
export class OriginPolicy {
  readonly #listed: ReadonlySet<string>;
  readonly #own: string;

  constructor({ corsOrigins, publicUrl }: Pick<Config, "corsOrigins" | "publicUrl">) {
    this.#listed = new Set(corsOrigins);
    this.#own = new URL(publicUrl).origin;
  }

  /** Lets scripts of a listed origin read the answer. */
  addHeaders({ origin }: IncomingHttpHeaders, reply: FastifyReply): void {
    if (this.#listed.size === 0) return;
    // Also where the origin is not listed, or not there: a cache must not hand that answer to one that is.
    void reply.header("vary", "Origin");
    if (origin === undefined || !this.#listed.has(origin)) return;
    void reply
      .header("access-control-allow-origin", origin)
      .header("access-control-allow-credentials", "true")
      .header("access-control-expose-headers", EXPOSED_HEADERS);
  }

  /** A browser's question whether a script of a listed origin may send what it is about to send. */
  isPreflight(method: string, headers: IncomingHttpHeaders): boolean {
    return (
      method === "OPTIONS" &&
      headers["access-control-request-method"] !== undefined &&
      this.#listed.has(headers.origin ?? "")
    );
  }

  /** Whatever headers a listed origin wants to send, it may: its tracing and its client library know best. */
  answerPreflight(headers: IncomingHttpHeaders, reply: FastifyReply): void {
    const wanted = headers["access-control-request-headers"];
    if (wanted !== undefined) void reply.header("access-control-allow-headers", wanted);
    void reply
      .header("vary", "Origin, Access-Control-Request-Headers")
      .status(204)
      .headers(PREFLIGHT_HEADERS)
      .send();
  }

  /** Another site makes somebody's browser speak in their name: their cookies came along (CSRF). */
  isForged(headers: IncomingHttpHeaders): boolean {
    const { origin, cookie } = headers;
    if (origin === undefined || cookie === undefined) return false;
    if (origin === this.#own || this.#listed.has(origin)) return false;
    // Our own page under another name, such as Sandbox at 127.0.0.1. No script can set this header.
    return headers["sec-fetch-site"] !== "same-origin" && carriesOwnCookie(cookie);
  }
}
