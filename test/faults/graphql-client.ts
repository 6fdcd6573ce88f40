import { Agent, request } from "node:http";

const PATIENCE_MS = 20_000;

export interface Outcome {
  /** Of the one root field. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, checked field by field
  readonly value?: any;
  /** Of the error; NO_ANSWER:<cause> where nothing came back, and nobody knows what became of it. */
  readonly code?: string;
  readonly reason?: string;
  readonly startedAt: number;
  readonly ms: number;
}

/** Sends one operation at a time to wherever the server is at the moment, and never throws. */
export class GraphqlClient {
  readonly #agent = new Agent({ keepAlive: true });

  /** Told of everything that was sent, for programs that judge by the moment. */
  onOutcome: (outcome: Outcome) => void = () => {};

  /** @param url of the server, without path; it changes with every restart */
  constructor(
    public url = "",
    private readonly userAgent = "fault programs",
  ) {}

  async send(query: string, variables: object = {}, accessToken?: string): Promise<Outcome> {
    const startedAt = performance.now();
    const answer = await this.#post(JSON.stringify({ query, variables }), accessToken).catch(
      (error: NodeJS.ErrnoException) => ({ code: `NO_ANSWER:${error.code ?? error.message}` }),
    );
    const outcome = { ...answer, startedAt, ms: performance.now() - startedAt };
    this.onOutcome(outcome);
    return outcome;
  }

  /** @returns the status, 0 when there was no answer, and how long it took */
  async probe(path: string): Promise<{ status: number; startedAt: number; ms: number }> {
    const startedAt = performance.now();
    const status = await this.#exchange("GET", path).then(
      (answer) => answer.status,
      () => 0,
    );
    return { status, startedAt, ms: performance.now() - startedAt };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(body: string, accessToken: string | undefined): Promise<Omit<Outcome, "startedAt" | "ms">> {
    const headers = {
      "content-type": "application/json",
      "user-agent": this.userAgent,
      "content-length": Buffer.byteLength(body),
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    };
    const { status, text } = await this.#exchange("POST", "/graphql", { headers, body });
    return readAnswer(status, text);
  }

  #exchange(
    method: string,
    path: string,
    { headers, body }: { headers?: Record<string, string | number>; body?: string } = {},
  ): Promise<{ status: number; text: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
    const options = { method, agent: this.#agent, ...(headers && { headers }) };
    const sent = request(`${this.url}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: String(Buffer.concat(chunks)) }),
      );
    });
    // Over all, not only over silence: an answer that trickles for ever is none.
    const patience = setTimeout(() => sent.destroy(new Error("TIMEOUT")), PATIENCE_MS);
    sent.on("error", reject);
    sent.on("close", () => clearTimeout(patience));
    sent.end(body);
    return promise;
  }
}

function readAnswer(status: number, text: string): Omit<Outcome, "startedAt" | "ms"> {
  try {
    const { data, errors } = JSON.parse(text);
    if (errors === undefined) return { value: Object.values(data)[0] };
    const { code, reason, retryAfter } = errors[0].extensions;
    // The contract has the two together: one without the other is a fault, seen wherever codes are counted.
    const isIncomplete = code === "SERVICE_UNAVAILABLE" && !(retryAfter > 0);
    return { code: isIncomplete ? `${code} without retryAfter` : code, reason };
  } catch {
    return { code: `HTTP_${status}` };
  }
}
