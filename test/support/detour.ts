import { createServer, type Server } from "node:http";
import { listenLocally } from "./local-port.js";
import type { TestApp } from "./test-app.js";

const open = new Set<Detour>();

afterAll(() => Promise.all([...open].map((detour) => detour.close())));

/** One address for an app that is restarted, goes away, and whose visitors are counted. */
export class Detour {
  /** Null where nobody is to be reached. */
  target: Pick<TestApp, "url"> | null;
  readonly visits: { readonly path: string; readonly body: string }[] = [];
  /** What a request has to wait for before it is passed on. */
  gate: (body: string) => Promise<unknown> = async () => {};
  readonly #server: Server;
  #port = 0;

  private constructor(target: Pick<TestApp, "url">) {
    this.target = target;
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      this.visits.push({ path: request.url ?? "", body });
      await this.gate(body);
      if (this.target === null) return void response.destroy();
      const answer = await fetch(`${this.target.url}${request.url}`, {
        method: request.method ?? "GET",
        headers: Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => !["connection", "host"].includes(name)),
        ) as Record<string, string>,
        ...(request.method === "POST" && { body }),
      });
      response.writeHead(answer.status, {
        "content-type": answer.headers.get("content-type") ?? "",
        "set-cookie": answer.headers.getSetCookie(),
      });
      response.end(await answer.text());
    });
  }

  static async to(target: Pick<TestApp, "url">): Promise<Detour> {
    const detour = new Detour(target);
    open.add(detour);
    detour.#port = await listenLocally(detour.#server);
    return detour;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many requests had the text in their path or body. */
  visitsWith(text: string): number {
    return this.visits.filter(({ path, body }) => path.includes(text) || body.includes(text)).length;
  }

  async close(): Promise<void> {
    open.delete(this);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
