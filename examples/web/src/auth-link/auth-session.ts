import { type AccessToken, readAccessToken } from "./access-token.js";
import { firstAnswer } from "./first-answer.js";
import { type KeyValueStorage, Shelf } from "./shelf.js";
import { Tabs } from "./tabs.js";

/** Of what a login, a signup or a refresh answers with: AuthPayload fits. */
export interface Tokens {
  readonly accessToken: string;
  /** Null in cookie delivery. */
  readonly refreshToken?: string | null;
}

/** What refreshTokens answers: the next tokens, or that the session is over. */
export type RefreshAnswer =
  | (Tokens & { readonly __typename: "AuthPayload" })
  | { readonly __typename: "InvalidToken"; readonly reason: string };

/** By the person, in any tab; by the server: revoked, expired, a refresh token that two parties hold. */
export type EndReason = "LOGGED_OUT" | "SESSION_ENDED";

export type AuthState =
  /** Until it was found out. */
  | { readonly status: "unknown" }
  /** The reason is null where nobody was signed in. */
  | { readonly status: "signed-out"; readonly reason: EndReason | null }
  | { readonly status: "signed-in"; readonly userId: string; readonly sessionId: string };

type LastTokens = { readonly accessToken: string | null; readonly refreshToken: string | null };

export interface AuthSessionOptions {
  /**
   * Sends refreshTokens; in cookie delivery with null. Throws when the server cannot be reached or has trouble: then nobody
   * is logged out, and it is tried again.
   */
  readonly refresh: (refreshToken: string | null) => Promise<RefreshAnswer>;
  /** Sends logout, with the access token in the header where there is one. Throws likewise. */
  readonly logout: (tokens: LastTokens) => Promise<unknown>;
  /** Where the refresh token is kept in body delivery: localStorage fits. Left out in cookie delivery. */
  readonly storage?: KeyValueStorage;
  /** Apart for each server that a page talks to. */
  readonly name?: string;
}

type Message =
  | { readonly type: "question" }
  /** `isOther`: of another session than before. */
  | { readonly type: "token"; readonly text: string; readonly ageMs: number; readonly isOther: boolean }
  | { readonly type: "over"; readonly sessionId: string; readonly reason: EndReason };

/** How long another tab may take to answer. It takes a millisecond or two, unless the machine is busy. */
const ANSWER_MS = 200;
/** How long a request may take to arrive. */
const TRAVEL_MS = 5000;
const RETRY_MS = 15_000;

/** What only pages have. */
const page = globalThis as {
  addEventListener?(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
  readonly document?: Required<Pick<typeof page, "addEventListener">>;
};

/** Who is signed in, in all tabs alike, and the access token to show for it, which is in memory only. */
export class AuthSession {
  readonly #options: AuthSessionOptions;
  readonly #shelf: Shelf;
  readonly #tabs: Tabs<Message>;
  readonly #listeners = new Set<() => void>();
  readonly #disposal = new AbortController();
  /** No answer that comes late brings one of these back. */
  readonly #endedIds = new Set<string>();
  #state: AuthState = { status: "unknown" };
  #token: AccessToken | null = null;
  #refused: string | null = null;
  #renewal: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #answered = () => {};

  constructor(options: AuthSessionOptions) {
    this.#options = options;
    const { storage, name = "latchkey" } = options;
    this.#shelf = new Shelf(name, storage);
    this.#tabs = new Tabs(name, (message: Message) => this.#hear(message));
    // Timers of hidden tabs are late, and while the machine sleeps they stand still.
    page.addEventListener?.("online", this.#wake, { signal: this.#disposal.signal });
    page.document?.addEventListener("visibilitychange", this.#wake, { signal: this.#disposal.signal });
  }

  /** The same object until somebody else or nobody is signed in: fits useSyncExternalStore, as `subscribe` does. */
  get state(): AuthState {
    return this.#state;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Finds out who is signed in, from another tab or the server. Never throws: what fails is tried again. */
  async resume(): Promise<void> {
    if (this.#state.status === "unknown") await this.#renewOnce().catch(() => {});
  }

  /** After a login or signup: all tabs go on with this session. */
  begin(tokens: Tokens): void {
    this.#take(readAccessToken(tokens.accessToken), tokens);
  }

  /**
   * Null when nobody is signed in. Whoever asks while it is being found out or renewed waits.
   *
   * @throws what `refresh` threw; and where another user has signed in while the caller waited
   */
  async accessToken(): Promise<string | null> {
    const before = this.#token;
    if (this.#isDue) {
      const renewal = this.#renewOnce();
      // Good enough for now. What fails is tried again.
      if (before !== null && this.#isGoodUntil(before.expiresAt - TRAVEL_MS)) renewal.catch(() => {});
      else await renewal;
    }
    const after = this.#token;
    if (before !== null && after !== null && before.userId !== after.userId) {
      throw new Error("Another user has signed in.");
    }
    return after?.text ?? null;
  }

  /**
   * After the server has refused an access token, with TOKEN_EXPIRED or INVALID_TOKEN.
   *
   * @returns another one of the same user, to try once; null when there is none
   * @throws what `refresh` threw
   */
  async renew(rejected: string): Promise<string | null> {
    if (this.#token?.text === rejected) {
      this.#refused = rejected;
      await this.#renewOnce();
    }
    const { userId } = readAccessToken(rejected);
    return this.#token?.userId === userId && this.#token.text !== rejected ? this.#token.text : null;
  }

  /** After the server has answered SESSION_REVOKED to an access token. */
  endedByServer(accessToken: string): void {
    this.#end(readAccessToken(accessToken).sessionId, "SESSION_ENDED");
  }

  /** It is over in all tabs at once, and at the server when that has heard of it, which is what this waits for. */
  async logout(): Promise<void> {
    const last = { accessToken: this.#token?.text ?? null, refreshToken: this.#shelf.refreshToken };
    const sessionId = this.#token?.sessionId ?? this.#shelf.sessionId;
    if (sessionId !== null) this.#end(sessionId, "LOGGED_OUT");
    this.#signOut("LOGGED_OUT");
    this.#shelf.putLogout();
    await this.#tellServer(last);
  }

  dispose(): void {
    this.#disposal.abort();
    this.#tabs.close();
    clearTimeout(this.#timer);
  }

  get #isDue(): boolean {
    const token = this.#token;
    return token === null ? this.#state.status === "unknown" : !this.#isGoodUntil(token.renewAt);
  }

  #isGoodUntil(time: number): boolean {
    return this.#token?.text !== this.#refused && performance.now() < time;
  }

  /** One for all who wait. */
  #renewOnce(): Promise<void> {
    this.#renewal ??= this.#renew()
      .catch((error: unknown) => {
        this.#wakeIn(RETRY_MS);
        throw error;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  async #renew(): Promise<void> {
    const state = this.#state;
    const token = this.#token;
    const isUnchanged = () => this.#state === state && this.#token === token;
    if (this.#signOutIfNothingIsKept()) return;
    await this.#tabs.exclusively(async () => {
      // The lock may come before the news of what was done under it: only asking makes sure.
      if (isUnchanged()) await this.#askTabs();
      // Once, unless another tab logs in or out at that very moment.
      while (isUnchanged() && !this.#signOutIfNothingIsKept()) await this.#refresh();
    });
  }

  #signOutIfNothingIsKept(): boolean {
    const { isEmpty, hasLogout } = this.#shelf;
    if (!isEmpty) return false;
    this.#signOut(hasLogout || this.#token !== null ? "LOGGED_OUT" : null);
    if (hasLogout) void this.#tellServer();
    return true;
  }

  async #askTabs(): Promise<void> {
    this.#tabs.tell({ type: "question" });
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      this.#answered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #refresh(): Promise<void> {
    const state = this.#state;
    const { content, refreshToken } = this.#shelf;
    const answer = await firstAnswer(() => this.#options.refresh(refreshToken));
    if (answer.__typename === "InvalidToken") {
      if (this.#state === state && this.#shelf.content === content) this.#endRefused(answer.reason);
      return;
    }
    const token = readAccessToken(answer.accessToken);
    // Somebody has logged out or in meanwhile, in this tab or in one whose message is still on its way.
    if (![content, contentOf(token, answer)].includes(this.#shelf.content)) return;
    if (this.#state !== state && this.#token?.sessionId !== token.sessionId) return;
    if (this.#endedIds.has(token.sessionId)) this.#signOut("LOGGED_OUT");
    else this.#take(token, answer);
  }

  #endRefused(reason: string): void {
    const sessionId = this.#shelf.sessionId ?? this.#token?.sessionId ?? null;
    if (sessionId !== null) this.#end(sessionId, "SESSION_ENDED");
    // Without a cookie nobody was signed in; a dead one means that somebody was.
    this.#signOut(sessionId === null && reason === "MALFORMED" ? null : "SESSION_ENDED");
  }

  /** From the server, for all tabs and those to come. */
  #take(token: AccessToken, tokens: Tokens): void {
    const isOther = this.#token?.sessionId !== token.sessionId;
    this.#shelf.put(contentOf(token, tokens));
    this.#hold(token);
    this.#tell(token, isOther);
  }

  #hold(token: AccessToken): void {
    const { userId, sessionId } = token;
    const isOther = this.#token?.sessionId !== sessionId;
    this.#token = token;
    this.#wakeIn(token.renewAt - performance.now());
    if (isOther) this.#become({ status: "signed-in", userId, sessionId });
    this.#answered();
  }

  /** In this tab and all others. */
  #end(sessionId: string, reason: EndReason): void {
    this.#tabs.tell({ type: "over", sessionId, reason });
    this.#over(sessionId, reason);
  }

  #over(sessionId: string, reason: EndReason): void {
    this.#endedIds.add(sessionId);
    if (sessionId === this.#shelf.sessionId) this.#shelf.clear();
    if (sessionId === this.#token?.sessionId) this.#signOut(reason);
  }

  #signOut(reason: EndReason | null): void {
    this.#token = null;
    clearTimeout(this.#timer);
    if (this.#state.status !== "signed-out") this.#become({ status: "signed-out", reason });
    this.#answered();
  }

  #become(state: AuthState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #tell({ text, receivedAt }: AccessToken, isOther: boolean): void {
    this.#tabs.tell({ type: "token", text, ageMs: performance.now() - receivedAt, isOther });
  }

  #hear(message: Message): void {
    const mine = this.#token;
    if (message.type === "over") this.#over(message.sessionId, message.reason);
    if (message.type === "question" && mine !== null && !this.#isDue) this.#tell(mine, false);
    if (message.type !== "token") return;
    const token = readAccessToken(message.text, message.ageMs);
    if (this.#endedIds.has(token.sessionId)) return;
    const isNewer = mine?.sessionId === token.sessionId && mine.issuedAt < token.issuedAt;
    if (mine === null || isNewer || message.isOther) this.#hold(token);
  }

  readonly #wake = (): void => {
    if (this.#shelf.hasLogout) void this.#tellServer();
    if (this.#isDue) this.#renewOnce().catch(() => {});
    // Timers may be a little early, too.
    else if (this.#token !== null) this.#wakeIn(this.#token.renewAt - performance.now());
  };

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#disposal.signal.aborted) this.#timer = setTimeout(this.#wake, ms);
  }

  /** Not once somebody has logged in again: in cookie delivery it would be their session that ends. */
  async #tellServer(last: LastTokens = { accessToken: null, refreshToken: null }): Promise<void> {
    const tell = async () => {
      if (last.refreshToken === null && this.#state.status !== "signed-out") return;
      await this.#options.logout(last);
      if (this.#shelf.hasLogout) this.#shelf.clear();
    };
    await firstAnswer(tell).catch(() => {});
  }
}

const contentOf = ({ sessionId }: AccessToken, { refreshToken }: Tokens): string =>
  `${sessionId} ${refreshToken}`;
