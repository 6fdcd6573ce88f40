import type { Socket } from "node:net";
import type { FastifyError, FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { AppErrorCode } from "../lib/app-error.js";

// Importing node:http would read all that it exports, and so load Node's fetch, which nobody needs here.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

type Headers = Readonly<Record<string, string>>;

/** An error outside GraphQL, in the form that GraphQL clients expect. */
export function errorBody(
  message: string,
  code: AppErrorCode | "INTERNAL_SERVER_ERROR",
  details: object = {},
) {
  return { errors: [{ message, extensions: { ...details, code } }] };
}

export function badRequest(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.status(status).send(errorBody(message, "BAD_REQUEST"));
}

/** Faults of the request are told as they are; ours are logged whole and not told. */
export function createErrorAnswer(logger: Logger, maxBodyBytes: number) {
  return (error: FastifyError, reply: FastifyReply): FastifyReply => {
    const status = error.statusCode ?? 500;
    if (status === 415) {
      void reply.headers({ accept: "application/json", "accept-encoding": "identity" });
      return badRequest(reply, 415, "Send the request as application/json, in UTF-8 and not compressed.");
    }
    if (status === 413) {
      return badRequest(
        reply,
        413,
        `The body of the request is too large: ${maxBodyBytes} bytes are allowed.`,
      );
    }
    if (status < 500) return badRequest(reply, status, error.message);
    logger.error({ err: error }, "an unexpected error at the HTTP edge");
    return reply.status(status).send(errorBody("Internal server error", "INTERNAL_SERVER_ERROR"));
  };
}

const STATUS_OF_PARSER_ERROR = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** Where the status alone does not say what to do. */
const ADVICE = new Map([
  [408, "The request took too long to arrive."],
  [431, "The URL and the headers are too long together: send a long query with POST."],
]);

const statusesOfParser = new WeakMap<Socket, number>();

/** With which status the parser's refusal was answered, past the request that the client had begun. */
export function statusOfParserAt(socket: Socket): number | undefined {
  return statusesOfParser.get(socket);
}

/** Destroyed at once, the socket of a client that is still sending would be reset, and the answer lost on its way. */
const LINGER_MS = 1000;

/** What Node's HTTP parser refuses before there is a request: answered in the same form, straight to the socket. */
export function createUnparsableAnswer(headersEverywhere: Headers) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === "ECONNRESET" || !socket.writable) return;
    const status = STATUS_OF_PARSER_ERROR.get(error.code ?? "") ?? 400;
    statusesOfParser.set(socket, status);
    const reason = STATUS_CODES[status] ?? "";
    const body = JSON.stringify(errorBody(ADVICE.get(status) ?? reason, "BAD_REQUEST"));
    const headers = Object.entries({
      ...headersEverywhere,
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      connection: "close",
    });
    const head = headers.map(([name, value]) => `${name}: ${value}`).join("\r\n");
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head}\r\n\r\n${body}`);
    // No limit holds any more for one that never hangs up.
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };
}
