import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { AppErrorCode } from "../lib/app-error.js";

/** Answers carry tokens and personal data: no cache on the way keeps them (RFC 6749 §5.1), no browser guesses. */
export const HEADERS_EVERYWHERE = { "x-content-type-options": "nosniff", "cache-control": "no-store" };

/** An error outside GraphQL, in the form that GraphQL clients expect. */
export function errorBody(
  message: string,
  code: AppErrorCode | "INTERNAL_SERVER_ERROR",
  details: object = {},
) {
  return { errors: [{ message, extensions: { ...details, code } }] };
}

/** Faults of the request are told as they are; ours are logged whole and not told. */
export function createErrorAnswer(logger: Logger) {
  return (error: FastifyError, reply: FastifyReply): FastifyReply => {
    const status = error.statusCode ?? 500;
    void reply.status(status).headers(HEADERS_EVERYWHERE);
    if (status === 415) return reply.send(errorBody("Send the request as application/json.", "BAD_REQUEST"));
    if (status < 500) return reply.send(errorBody(error.message, "BAD_REQUEST"));
    logger.error({ err: error }, "an unexpected error at the HTTP edge");
    return reply.send(errorBody("Internal server error", "INTERNAL_SERVER_ERROR"));
  };
}

const STATUS_OF_PARSER_ERROR = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** What Node's HTTP parser refuses before there is a request: answered in the same form, straight to the socket. */
export function answerUnparsable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) return;
  const status = STATUS_OF_PARSER_ERROR.get(error.code ?? "") ?? 400;
  const reason = STATUS_CODES[status] ?? "";
  const body = JSON.stringify(errorBody(reason, "BAD_REQUEST"));
  const headers = Object.entries({
    ...HEADERS_EVERYWHERE,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  const head = headers.map(([name, value]) => `${name}: ${value}`).join("\r\n");
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head}\r\n\r\n${body}`);
}
