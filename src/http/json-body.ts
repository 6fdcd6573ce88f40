import { isUtf8 } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

/**
 * Bodies are JSON in UTF-8, and nothing else (RFC 8259 §8.1). A form or a script of another site can send text/plain
 * without asking first (CSRF); what is compressed, in another charset or not UTF-8 reads differently to a firewall on
 * the way, and mangled bytes would make different passwords equal.
 */
export function acceptOnlyJson(http: FastifyInstance): void {
  const parseJson = http.getDefaultJsonParser("error", "error");
  http.removeAllContentTypeParsers();
  http.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (!isPlainUtf8(request.headers)) return done(requestError(415, "Neither coding nor charset is known"));
    if (!isUtf8(body)) return done(requestError(400, "The body of the request is not UTF-8."));
    return parseJson(request, body.toString(), done);
  });
}

function isPlainUtf8(headers: IncomingHttpHeaders): boolean {
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity") return false;
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers["content-type"] ?? "") ?? [];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

const requestError = (statusCode: number, message: string): Error =>
  Object.assign(new Error(message), { statusCode });
