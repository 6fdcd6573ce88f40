import { LOGIN, ME, PASSWORD } from "../support/journeys.js";
import type { GraphqlClient } from "./graphql-client.js";

export interface Beat {
  readonly startedAt: number;
  readonly ms: number;
  /** The error's code, or the status of a probe; undefined when all was well. */
  readonly code: string | undefined;
}

/** The same request every few milliseconds, whether or not the ones before were answered: nothing slow hides the rest. */
export class Pulse {
  readonly beats: Beat[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #pending = new Set<Promise<void>>();

  constructor(
    intervalMs: number,
    private readonly beat: () => Promise<Beat>,
  ) {
    this.#timer = setInterval(() => this.#fire(), intervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  /** Those that began in this stretch of time, by `performance.now()`. */
  between(from: number, to: number): Beat[] {
    return this.beats.filter(({ startedAt }) => startedAt >= from && startedAt < to);
  }

  #fire(): void {
    const fired: Promise<void> = this.beat().then((beat) => {
      this.beats.push(beat);
      this.#pending.delete(fired);
    });
    this.#pending.add(fired);
  }
}

export const timesOf = (beats: readonly Beat[]): number[] => beats.map(({ ms }) => ms);

/** Asks `me` with a token that is good all the time: anything but an answer is the server's doing. */
export const meBeat =
  (client: GraphqlClient, accessToken: string): (() => Promise<Beat>) =>
  async () => {
    const { code, startedAt, ms } = await client.send(ME, {}, accessToken);
    return { code, startedAt, ms };
  };

/**
 * A login is a write; whoever logs in here has the test accounts' password. Several take turns: of one account no more
 * than LOGIN_ATTEMPTS_PER_ACCOUNT logins may wait for their outcome at once.
 */
export function loginBeat(client: GraphqlClient, identifiers: readonly string[]): () => Promise<Beat> {
  let turn = 0;
  return async () => {
    const identifier = identifiers[turn++ % identifiers.length];
    const { value, code, startedAt, ms } = await client.send(LOGIN, {
      input: { identifier, password: PASSWORD },
    });
    const isIn = value?.__typename === "AuthPayload";
    return { code: code ?? (isIn ? undefined : value?.__typename), startedAt, ms };
  };
}

export const probeBeat =
  (client: GraphqlClient, path: string): (() => Promise<Beat>) =>
  async () => {
    const { status, startedAt, ms } = await client.probe(path);
    return { code: status === 200 ? undefined : String(status), startedAt, ms };
  };
