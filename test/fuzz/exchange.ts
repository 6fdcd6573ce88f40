import { Agent, request } from "node:http";
import { connect } from "node:net";
import type { FuzzCase, HttpCase, RawCase } from "./fuzz-case.js";
import { fillIn } from "./fuzz-case.js";

/** Beyond it nothing is waited for: the case has no answer. */
const PATIENCE_MS = 10_000;

export type Secrets = Readonly<Record<string, string>>;

export interface Answer {
  /** None for a connection that was closed without a word. */
  readonly statuses: readonly number[];
  readonly contentType: string;
  /** Of the one answer: whether browsers are told not to guess what it is. */
  readonly isNosniff: boolean;
  /** Of the one answer; of several all that came, with their headers. */
  readonly text: string;
  readonly ms: number;
}

/** Sends cases to one server, over kept connections or, raw, over new ones. */
export class Exchange {
  readonly #agent = new Agent({ keepAlive: true });

  /** @param locate where the server is now */
  constructor(private readonly locate: () => URL) {}

  /** @throws when there is no answer: the connection broke, or it took too long */
  send(fuzzCase: FuzzCase, secrets: Secrets): Promise<Answer> {
    return fuzzCase.kind === "http" ? this.#sendHttp(fuzzCase, secrets) : this.#sendRaw(fuzzCase, secrets);
  }

  close(): void {
    this.#agent.destroy();
  }

  #sendHttp(fuzzCase: HttpCase, secrets: Secrets): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const startedAt = performance.now();
    const body = Buffer.from(fillIn(fuzzCase.body, secrets), fuzzCase.encoding);
    const sent = request({
      agent: this.#agent,
      host: this.locate().hostname,
      port: this.locate().port,
      method: fuzzCase.method,
      path: fillIn(fuzzCase.path, secrets),
      headers: completeHeaders(fuzzCase, body.length).flatMap(([name, value]) => [
        name,
        fillIn(value, secrets),
      ]),
    });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          statuses: [response.statusCode ?? 0],
          contentType: response.headers["content-type"] ?? "",
          isNosniff: response.headers["x-content-type-options"] === "nosniff",
          text: String(Buffer.concat(chunks)),
          ms: performance.now() - startedAt,
        }),
      );
    });
    const patience = setTimeout(() => sent.destroy(new Error("nothing came")), PATIENCE_MS);
    sent.on("error", reject);
    sent.on("close", () => clearTimeout(patience));
    sent.end(body);
    return promise;
  }

  /** Everything is written, and no more will come: a server that goes on waiting for it holds a socket for nothing. */
  #sendRaw({ bytes }: RawCase, secrets: Secrets): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const startedAt = performance.now();
    const chunks: Buffer[] = [];
    const socket = connect(Number(this.locate().port), this.locate().hostname);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("the connection was not closed")));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A server that has refused need not read the rest: what it said before is its answer.
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => {
      const text = String(Buffer.concat(chunks));
      resolve({ ...readRawAnswer(text), ms: performance.now() - startedAt });
    });
    socket.end(Buffer.from(fillIn(bytes, secrets), "latin1"));
    return promise;
  }
}

function completeHeaders({ headers, method }: HttpCase, length: number): (readonly [string, string])[] {
  const has = (name: string) => headers.some(([known]) => known === name);
  const hasNoBody = length === 0 && ["GET", "HEAD"].includes(method);
  return [
    ...headers,
    ...(has("host") ? [] : [["host", "localhost"] as const]),
    ...(hasNoBody ? [] : [["content-length", String(length)] as const]),
  ];
}

/** "100 Continue" is Node's word that a body may come, and no answer to it (RFC 9110 §15.2). */
const INTERIM = /HTTP\/1\.1 100 Continue\r\n\r\n/g;

function readRawAnswer(received: string): Omit<Answer, "ms"> {
  const text = received.replace(INTERIM, "");
  const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) [A-Z]/g)].map(([, status]) => Number(status));
  const [head = "", ...bodies] = text.split("\r\n\r\n");
  const isOne = statuses.length === 1;
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1] ?? "";
  const isNosniff = /^x-content-type-options: nosniff\r?$/im.test(head);
  return isOne
    ? { statuses, contentType, isNosniff, text: bodies.join("\r\n\r\n") }
    : { statuses, contentType: "", isNosniff: true, text };
}
