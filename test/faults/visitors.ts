import { setTimeout as delay } from "node:timers/promises";
import { ME, newEmail, PASSWORD, REFRESH, SIGNUP } from "../support/journeys.js";
import { Tally } from "./figures.js";
import type { GraphqlClient, Outcome } from "./graphql-client.js";

const THINK_MS = 40;
const AFTER_ERROR_MS = 50;
const REFRESH_SHARE = 0.3;
/** Each keeps tokens of before, too: they are good until they expire, whatever key has signed them. */
const KEPT_TOKENS = 8;
const RECOVERY_PATIENCE_MS = 5000;
const POLL_MS = 20;

export interface IssuedToken {
  readonly token: string;
  /** In milliseconds since the epoch, on the servers' clock. */
  readonly expiresAt: number;
}

interface Visitor {
  refreshToken: string;
  tokens: IssuedToken[];
  refreshes: number;
}

interface VisitorsOptions {
  /** Whom to ask: one of them at random, each time. */
  readonly clients: readonly GraphqlClient[];
  readonly clock: () => number;
}

/** People who are logged in and stay so: they look, refresh, and recover from a refusal as a client library does. */
export class Visitors {
  readonly answered = new Tally();
  /** Of `me`, by reason. */
  readonly refusals = new Tally();
  /** What was tried again, as the README asks for. */
  readonly errors = new Tally();
  readonly lost: string[] = [];
  longestRecoveryMs = 0;
  onToken: (issued: IssuedToken) => void = () => {};
  readonly #visitors: Visitor[] = [];
  #isRunning = false;
  #loops: Promise<void>[] = [];

  constructor(private readonly options: VisitorsOptions) {}

  /** As many sessions, of as many people. */
  async arrive(count: number): Promise<void> {
    const answers = await Promise.all(
      Array.from({ length: count }, () =>
        this.#anyClient().send(SIGNUP, { input: { email: newEmail(), password: PASSWORD } }),
      ),
    );
    for (const { value, code } of answers) {
      if (value?.__typename !== "AuthPayload") throw new Error(`An undisturbed signup failed: ${code}`);
      const visitor: Visitor = { refreshToken: "", tokens: [], refreshes: 0 };
      this.#hold(visitor, value);
      this.#visitors.push(visitor);
    }
  }

  get count(): number {
    return this.#visitors.length;
  }

  /** Tokens that have not expired, and will not within a second or so. */
  get goodTokens(): IssuedToken[] {
    return this.#visitors.flatMap((visitor) => this.#goodTokensOf(visitor));
  }

  start(): void {
    this.#isRunning = true;
    this.#loops = this.#visitors.map((visitor) => this.#live(visitor));
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await Promise.all(this.#loops);
  }

  /** Resolves when each has refreshed once more; they have to be at it. */
  async allRefreshed(): Promise<void> {
    const before = this.#visitors.map(({ refreshes }) => refreshes);
    const isDone = () => this.#visitors.every(({ refreshes }, index) => refreshes > (before[index] ?? 0));
    while (this.lost.length === 0 && !isDone()) await delay(POLL_MS);
  }

  async #live(visitor: Visitor): Promise<void> {
    while (this.#isRunning) {
      const isIn = Math.random() < REFRESH_SHARE ? await this.#refresh(visitor) : await this.#askMe(visitor);
      if (!isIn) return;
      await delay(Math.random() * 2 * THINK_MS);
    }
  }

  /** @returns false when the session is lost */
  async #askMe(visitor: Visitor): Promise<boolean> {
    const good = this.#goodTokensOf(visitor);
    const chosen = good[Math.floor(Math.random() * good.length)] ?? visitor.tokens.at(-1);
    const outcome = await this.#anyClient().send(ME, {}, chosen?.token);
    if (outcome.code !== "UNAUTHENTICATED") return this.#note("me", outcome);
    this.refusals.add(String(outcome.reason));
    return this.#recover(visitor, performance.now());
  }

  /** With several instances that learn one after another of a deleted key, one refresh need not be enough. */
  async #recover(visitor: Visitor, refusedAt: number): Promise<boolean> {
    if (!(await this.#refresh(visitor))) return false;
    const outcome = await this.#anyClient().send(ME, {}, visitor.tokens.at(-1)?.token);
    const recoveryMs = performance.now() - refusedAt;
    if (outcome.code === undefined) {
      this.longestRecoveryMs = Math.max(this.longestRecoveryMs, recoveryMs);
      return this.#note("me", outcome);
    }
    if (recoveryMs < RECOVERY_PATIENCE_MS) return this.#recover(visitor, refusedAt);
    this.lost.push(`refreshed, and me answers ${outcome.code} ${outcome.reason}`);
    return false;
  }

  /** A lost answer is asked for again with the same token. */
  async #refresh(visitor: Visitor): Promise<boolean> {
    for (;;) {
      const outcome = await this.#anyClient().send(REFRESH, { token: visitor.refreshToken });
      const { value, code } = outcome;
      if (code === undefined && value.__typename !== "AuthPayload") {
        this.lost.push(`refresh answers ${value.__typename} ${value.reason}`);
        return false;
      }
      if (code === undefined) {
        this.#hold(visitor, value);
        return this.#note("refresh", outcome);
      }
      this.#note("refresh", outcome);
      if (!this.#isRunning) return true;
      await delay(AFTER_ERROR_MS);
    }
  }

  #note(operation: string, { code }: Outcome): true {
    if (code === undefined) this.answered.add(operation);
    else this.errors.add(code);
    return true;
  }

  // biome-ignore lint/suspicious/noExplicitAny: an AuthPayload as the server sends it
  #hold(visitor: Visitor, { accessToken, accessTokenExpiresAt, refreshToken }: any): void {
    const issued = { token: accessToken, expiresAt: Date.parse(accessTokenExpiresAt) };
    const kept = visitor.tokens.filter(({ expiresAt }) => expiresAt > this.options.clock());
    // One at random goes, so that some are kept until their last second.
    if (kept.length >= KEPT_TOKENS) kept.splice(Math.floor(Math.random() * kept.length), 1);
    visitor.tokens = [...kept, issued];
    visitor.refreshToken = refreshToken;
    visitor.refreshes += 1;
    this.onToken(issued);
  }

  #goodTokensOf({ tokens }: Visitor): IssuedToken[] {
    return tokens.filter(({ expiresAt }) => expiresAt > this.options.clock());
  }

  #anyClient(): GraphqlClient {
    const { clients } = this.options;
    const client = clients[Math.floor(Math.random() * clients.length)];
    if (client === undefined) throw new Error("Visitors need a server");
    return client;
  }
}
