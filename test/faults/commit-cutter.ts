import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Scope } from "./scope.js";

/** Before: the database never hears of the commit. After: it carries it out, and the answer is lost. */
export type Cut = "none" | "before" | "after";

/** Codes in place of a protocol version (SSLRequest, GSSENCRequest): answered with one byte, then comes the start-up. */
const NEGOTIATIONS = [80_877_103, 80_877_104];
const COMMIT = /^\s*commit\b/i;
const COMMITTED = "COMMIT\0";

/**
 * Stands between the server and PostgreSQL, and breaks the connection at the one moment when nobody on the client's
 * side can know the outcome. Understands of the protocol (v3, chapter "Message Formats") how messages are framed and
 * what a statement says, no more.
 */
export class CommitCutter {
  /** Asked at every COMMIT that comes by. */
  decide: () => Cut = () => "none";
  /** New connections wait for it. */
  gate: Promise<unknown> = Promise.resolve();
  cuts = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(private readonly target: { host: string; port: number }) {
    this.#server = createServer((client) => void this.gate.then(() => this.#connect(client)));
  }

  static async listen(databaseUrl: string, scope: Scope): Promise<CommitCutter> {
    const { hostname, port } = new URL(databaseUrl);
    const cutter = new CommitCutter({ host: hostname, port: Number(port || 5432) });
    scope.defer(() => cutter.#close());
    cutter.#server.listen(0, "127.0.0.1");
    await once(cutter.#server, "listening");
    return cutter;
  }

  /** The same database, through here. */
  through(databaseUrl: string): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The cutter does not listen");
    return Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${address.port}` }).href;
  }

  #connect(client: Socket): void {
    const database = connect(this.target);
    const messages = new FrontendMessages();
    let cut: Cut = "none";
    for (const socket of [client, database]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => {
      if (messages.read(chunk)) cut = this.#decideCut();
      if (cut === "before") client.destroy();
      else database.write(chunk);
    });
    database.on("data", (chunk: Buffer) => {
      // The client sends nothing more until it has its answer, so what comes now is that answer.
      const isCutNow = cut === "after" && chunk.includes(COMMITTED);
      cut = "none";
      if (!isCutNow) return void client.write(chunk);
      this.cuts += 1;
      client.destroy();
    });
  }

  #decideCut(): Cut {
    const cut = this.decide();
    if (cut === "before") this.cuts += 1;
    return cut;
  }

  #close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** What a client says, message by message, however it is cut into packets. */
class FrontendMessages {
  #rest: Buffer = Buffer.alloc(0);
  #hasStarted = false;

  /** @returns whether one of the messages that end in this chunk is a COMMIT */
  read(chunk: Buffer): boolean {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    let isCommit = false;
    for (let message = this.#next(); message !== undefined; message = this.#next())
      isCommit ||= isCommitMessage(message);
    return isCommit;
  }

  #next(): Buffer | undefined {
    const lengthAt = this.#hasStarted ? 1 : 0;
    if (this.#rest.length < lengthAt + 4) return undefined;
    const end = lengthAt + this.#rest.readInt32BE(lengthAt);
    if (this.#rest.length < end) return undefined;
    const message = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    if (this.#hasStarted) return message;
    this.#hasStarted = !NEGOTIATIONS.includes(message.readInt32BE(4));
    return Buffer.alloc(0);
  }
}

/** Query: 'Q', length, statement. Parse: 'P', length, name of the prepared statement, statement. */
function isCommitMessage(message: Buffer): boolean {
  const type = String.fromCharCode(message[0] ?? 0);
  const [first = "", second = ""] = message.toString("utf8", 5).split("\0");
  if (type === "Q") return COMMIT.test(first);
  return type === "P" && COMMIT.test(second);
}
