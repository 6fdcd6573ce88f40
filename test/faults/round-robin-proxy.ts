import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import { buffer } from "node:stream/consumers";
import type { Scope } from "./scope.js";

const HEALTH_INTERVAL_MS = 100;
/** Whoever is dead refuses at once; whoever is busy answers late, and is no less there. */
const HEALTH_TIMEOUT_MS = 5000;
const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding"];

class Backend {
  isUp = false;
  served = 0;
  constructor(public url: string) {}
}

/**
 * A load balancer as plain as they come: one after the other, to those whose /ready is 200. A request is tried
 * elsewhere only when the connection was refused; anything else may have been carried out already.
 */
export class RoundRobinProxy {
  readonly backends: readonly Backend[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  readonly #timer: NodeJS.Timeout;
  #turn = 0;

  private constructor(urls: readonly string[]) {
    this.backends = urls.map((url) => new Backend(url));
    this.#server = createServer((incoming, outgoing) => void this.#handle(incoming, outgoing));
    this.#timer = setInterval(() => void this.#checkHealth(), HEALTH_INTERVAL_MS);
  }

  static async listen(urls: readonly string[], scope: Scope): Promise<RoundRobinProxy> {
    const proxy = new RoundRobinProxy(urls);
    scope.defer(() => proxy.#close());
    await proxy.#checkHealth();
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The proxy does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const candidates = this.backends.filter(({ isUp }) => isUp);
    this.#turn += 1;
    for (let attempt = 0; attempt < candidates.length; attempt++) {
      const backend = candidates[(this.#turn + attempt) % candidates.length];
      if (backend === undefined) break;
      const failure = await this.#forward(backend, { incoming, body, outgoing });
      if (failure === undefined) return;
      backend.isUp = false;
      if (failure !== "ECONNREFUSED") return void outgoing.writeHead(502).end();
    }
    outgoing.writeHead(503).end();
  }

  /** @returns why there was no answer */
  async #forward(
    backend: Backend,
    { incoming, body, outgoing }: { incoming: IncomingMessage; body: Buffer; outgoing: ServerResponse },
  ): Promise<string | undefined> {
    try {
      const { method, url, headers } = incoming;
      const sent = request(`${backend.url}${url}`, {
        method,
        agent: this.#agent,
        headers: endToEnd(headers),
      });
      sent.end(body);
      const [answer] = (await once(sent, "response")) as [IncomingMessage];
      const content = await buffer(answer);
      backend.served += 1;
      outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers)).end(content);
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? String(error);
    }
  }

  async #checkHealth(): Promise<void> {
    const checks = this.backends.map(async (backend) => {
      const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
      const { url } = backend;
      const isReady = await fetch(`${url}/ready`, { signal }).then(
        ({ ok }) => ok,
        () => false,
      );
      // Meanwhile it may have been restarted elsewhere.
      if (backend.url === url) backend.isUp = isReady;
    });
    await Promise.all(checks);
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }
}

function endToEnd(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
