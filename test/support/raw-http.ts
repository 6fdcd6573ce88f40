import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestApp } from "./test-app.js";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export function connectTo({ url }: Pick<TestApp, "url">): Socket {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  // Being cut off is what many of these tests are about.
  socket.on("error", () => {});
  return socket;
}

/** Sends bytes as they are, over a connection of their own, and reads until the server closes it. */
export async function exchange(app: Pick<TestApp, "url">, request: string | Buffer): Promise<RawAnswer> {
  const socket = connectTo(app);
  socket.write(request);
  return parseAnswer(await readToEnd(socket));
}

export function readToEnd(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => socket.on("close", () => resolve(text)));
}

/** The last answer of a connection: "100 Continue" may go before it. */
export function parseAnswer(text: string): RawAnswer {
  const final = text.replace(/^HTTP\/1\.1 1\d\d .*?\r\n\r\n/s, "");
  const [head = "", body = ""] = final.split(/\r\n\r\n(.*)/s);
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Headers();
  for (const line of lines) {
    const [name = "", value = ""] = line.split(/: ?(.*)/s);
    headers.append(name, value);
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body };
}

export const QUERY_BODY = JSON.stringify({ query: "{ __typename }" });
export const JSON_TYPE = { "content-type": "application/json" };

export interface RawPost {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where it should not be the true one. */
  readonly contentLength?: string;
}

/** A POST that is what it is told to be. */
export function rawPost({ headers = JSON_TYPE, body = QUERY_BODY, contentLength }: RawPost = {}): string {
  const length = contentLength ?? String(Buffer.byteLength(body));
  return `${rawHead("POST /graphql", { ...headers, "content-length": length })}${body}`;
}

/**
 * A POST whose body is not sent yet, once the server has taken it up.
 *
 * @returns what sends the body and reads the answer
 */
export async function beginPost(
  app: Pick<TestApp, "url">,
  body = QUERY_BODY,
): Promise<() => Promise<RawAnswer>> {
  const socket = connectTo(app);
  const end = readToEnd(socket);
  const length = String(Buffer.byteLength(body));
  const headers = { ...JSON_TYPE, "content-length": length, expect: "100-continue" };
  socket.write(rawHead("POST /graphql", headers));
  // "100 Continue".
  await once(socket, "data");
  return async () => {
    socket.write(body);
    return parseAnswer(await end);
  };
}

export function rawHead(start: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ host: "latchkey.test", connection: "close", ...headers });
  return `${start} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}
