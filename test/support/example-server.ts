import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { EXAMPLE_DIST, SERVER_PLACEHOLDER } from "./build-example.js";
import { listenLocally } from "./local-port.js";
import { ROOT } from "./repository.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** Whoever hands out the example's files, on an origin of its own: passkeys and cookies want it to be localhost. */
export class ExampleServer {
  /** The server that the pages talk to. */
  graphqlUrl = "";

  private constructor(
    readonly origin: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<ExampleServer> {
    const server = createServer();
    const origin = `http://localhost:${await listenLocally(server)}`;
    const example = new ExampleServer(origin, server);
    server.on("request", async ({ url = "/" }, response) => {
      const { type, text } = await example.#read(new URL(url, origin).pathname);
      response.setHeader("content-type", type).end(text);
    });
    return example;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Every path that is no file is a page, which the application knows. */
  async #read(path: string): Promise<{ readonly type: string; readonly text: string }> {
    const file = extname(path) === "" ? "/index.html" : path;
    const text = await readFile(join(ROOT, EXAMPLE_DIST, file), "utf8");
    return {
      type: TYPES[extname(file)] ?? "text/plain",
      text: text.replaceAll(SERVER_PLACEHOLDER, this.graphqlUrl),
    };
  }
}
