import { type AccessToken, readAccessToken } from "./access-token.js";
import { firstAnswer } from "./first-answer.js";
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

export interface LastTokens {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface AuthSessionOptions {
  /**
   * Sends refreshTokens; in cookie delivery with null. Throws when the server cannot be reached or has trouble: then nobody
   * is logged out, and it is tried again.
   */
  readonly refresh: (refreshToken: string | null) => Promise<RefreshAnswer>;
  /** Sends logout. Throws likewise. */
  readonly logout: (tokens: LastTokens) => Promise<unknown>;
  /** Where the refresh token is kept in body delivery: localStorage fits. Left out in cookie delivery. */
  readonly storage?: Shelf;
  /** Apart for each server that a page talks to. */
  readonly name?: string;
}

/** Of a page's globals. Elsewhere they are not there. */
const page = globalThis as {
  addEventListener?(type: string, listener: () => void, options: { readonly signal: AbortSignal }): void;
  readonly document?: Required<Pick<typeof page, "addEventListener">>;
  readonly localStorage?: Shelf;
};

type Message =
  | { readonly type: "question" }
  /** `isOther`: the session is another than before. */
  | { readonly type: "token"; readonly text: string; readonly ageMs: number; readonly isOther: boolean }
  /** Without an id: whichever it is. */
  | { readonly type: "over"; readonly sessionId: string | null; readonly reason: EndReason };

/** Another tab answers within a millisecond or two, unless the machine is busy. */
const ANSWER_MS = 200;
const RETRY_MS = 15_000;
/** In place of a refresh token, while there is a cookie that the server was not yet told to forget. */
const LOGGED_OUT = "logged out";

/** Who is signed in, in all tabs alike, and the access token to show for it, which is in memory only. */
export class AuthSession {
  readonly #options: AuthSessionOptions;
  readonly #key: string;
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
    this.#key = options.name ?? "latchkey";
    this.#shelf = options.storage ?? localShelf();
    this.#tabs = new Tabs(this.#key, (message: Message) => this.#hear(message));
    // Timers of hidden tabs are late, and those of a machine that sleeps stand still.
    page.addEventListener?.("online", this.#wake, { signal: this.#disposal.signal });
    page.document?.addEventListener("visibilitychange", this.#wake, { signal: this.#disposal.signal });
  }

  /** The same object until somebody else or nobody is signed in: fits useSyncExternalStore, with `subscribe`. */
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
   * One that is good for a while yet; null when nobody is signed in.
   *
   * @throws what `refresh` threw; and where another user has signed in while the caller waited
   */
  async accessToken(): Promise<string | null> {
    const before = this.#token;
    if (this.#isDue) {
      await this.#renewOnce().catch((error: unknown) => {
        if (this.#token === null || !this.#isGoodUntil(this.#token.expiresAt)) throw error;
      });
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
   * @returns another one of the same user to try once; null when there is none
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

  /** After the server has said SESSION_REVOKED to an access token. */
  endedByServer(accessToken: string): void {
    const { sessionId } = readAccessToken(accessToken);
    if (!this.#endedIds.has(sessionId)) this.#end(sessionId, "SESSION_ENDED");
  }

  /** It is over in all tabs at once, and at the server as soon as that can be reached. */
  async logout(): Promise<void> {
    const kept = this.#kept;
    const last = { accessToken: this.#token?.text ?? null, refreshToken: kept?.refreshToken ?? null };
    this.#end(this.#token?.sessionId ?? kept?.sessionId ?? null, "LOGGED_OUT");
    this.#signOut("LOGGED_OUT");
    if (!this.#options.storage) this.#shelf.setItem(this.#key, LOGGED_OUT);
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

  get #stored(): string | null {
    return this.#shelf.getItem(this.#key);
  }

  /** In body delivery. */
  get #kept(): { readonly sessionId: string; readonly refreshToken: string } | null {
    const [sessionId, refreshToken] = this.#stored?.split(" ") ?? [];
    if (!this.#options.storage || sessionId === undefined || refreshToken === undefined) return null;
    return { sessionId, refreshToken };
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
    const { state, token } = { state: this.#state, token: this.#token };
    const isUnchanged = () => this.#state === state && this.#token === token;
    if (this.#hasNothing()) return;
    await this.#tabs.exclusively(async () => {
      // The lock and the news of what was done under it come in any order: asking is what makes sure.
      if (isUnchanged()) await this.#askTabs();
      // Once, unless another tab logs in or out at that moment.
      while (isUnchanged() && !this.#hasNothing()) await this.#refresh();
    });
  }

  /** Whether there is nothing to refresh with: then that is the end of it. */
  #hasNothing(): boolean {
    const stored = this.#stored;
    if (stored === LOGGED_OUT) void this.#tellServer({ accessToken: null, refreshToken: null });
    else if (stored !== null || !this.#options.storage) return false;
    this.#signOut(stored === LOGGED_OUT || this.#token !== null ? "LOGGED_OUT" : null);
    return true;
  }

  async #askTabs(): Promise<void> {
    this.#tabs.tell({ type: "question" });
    await new Promise<void>((resolve) => {
      this.#answered = resolve;
      setTimeout(resolve, ANSWER_MS);
    });
  }

  async #refresh(): Promise<void> {
    const before = this.#state;
    const stored = this.#stored;
    const refreshToken = this.#kept?.refreshToken ?? null;
    const answer = await firstAnswer(() => this.#options.refresh(refreshToken));
    if (answer.__typename === "InvalidToken") {
      if (this.#state === before && this.#stored === stored) this.#endRefused(answer.reason);
      return;
    }
    const token = readAccessToken(answer.accessToken);
    // Somebody has logged out or in meanwhile, in a tab whose message may still be on its way.
    if (this.#stored !== stored && this.#stored !== entryOf(token, answer)) return;
    if (this.#endedIds.has(token.sessionId)) return this.#signOut("LOGGED_OUT");
    if (this.#state !== before && this.#token?.sessionId !== token.sessionId) return;
    this.#take(token, answer);
  }

  #endRefused(reason: string): void {
    const sessionId = this.#kept?.sessionId ?? this.#token?.sessionId;
    if (sessionId !== undefined) this.#end(sessionId, "SESSION_ENDED");
    // Without a cookie nobody was signed in. A dead one means that somebody was.
    this.#signOut(sessionId === undefined && reason === "MALFORMED" ? null : "SESSION_ENDED");
  }

  /** From the server: for this tab, the others, and those to come. */
  #take(token: AccessToken, tokens: Tokens): void {
    const isOther = this.#token?.sessionId !== token.sessionId;
    if (this.#options.storage) this.#shelf.setItem(this.#key, entryOf(token, tokens));
    else this.#shelf.removeItem(this.#key);
    this.#hold(token);
    this.#tellToken(isOther);
  }

  #hold(token: AccessToken): void {
    const { userId, sessionId } = token;
    const isOther = this.#token?.sessionId !== sessionId;
    this.#token = token;
    this.#refused = null;
    this.#wakeIn(token.renewAt - performance.now());
    this.#answered();
    if (isOther) this.#become({ status: "signed-in", userId, sessionId });
  }

  /** Here and in all tabs. */
  #end(sessionId: string | null, reason: EndReason): void {
    this.#tabs.tell({ type: "over", sessionId, reason });
    this.#over(sessionId, reason);
  }

  #over(sessionId: string | null, reason: EndReason): void {
    if (sessionId !== null) this.#endedIds.add(sessionId);
    if (this.#kept?.sessionId === sessionId) this.#shelf.removeItem(this.#key);
    if (this.#token !== null && [null, this.#token.sessionId].includes(sessionId)) this.#signOut(reason);
  }

  #signOut(reason: EndReason | null): void {
    this.#token = null;
    clearTimeout(this.#timer);
    this.#answered();
    if (this.#state.status !== "signed-out") this.#become({ status: "signed-out", reason });
  }

  #become(state: AuthState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #tellToken(isOther: boolean): void {
    if (this.#token === null) return;
    const { text, receivedAt } = this.#token;
    this.#tabs.tell({ type: "token", text, ageMs: performance.now() - receivedAt, isOther });
  }

  #hear(message: Message): void {
    if (message.type === "question") this.#answer();
    if (message.type === "over") this.#over(message.sessionId, message.reason);
    if (message.type === "token") this.#hearOf(message);
  }

  #answer(): void {
    if (this.#token !== null && this.#isGoodUntil(this.#token.renewAt)) this.#tellToken(false);
  }

  #hearOf(message: Extract<Message, { type: "token" }>): void {
    const mine = this.#token;
    const token = readAccessToken(message.text, message.ageMs);
    if (this.#endedIds.has(token.sessionId)) return;
    const isNewer = mine?.sessionId === token.sessionId && mine.issuedAt < token.issuedAt;
    if (mine === null || isNewer || message.isOther) this.#hold(token);
  }

  readonly #wake = (): void => {
    if (this.#stored === LOGGED_OUT) void this.#tellServer({ accessToken: null, refreshToken: null });
    if (this.#isDue) this.#renewOnce().catch(() => {});
  };

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#disposal.signal.aborted) this.#timer = setTimeout(this.#wake, ms);
  }

  /** Unless somebody has logged in again: in cookie delivery that would be the session to end. */
  async #tellServer(last: LastTokens): Promise<void> {
    const isWanted = () => this.#options.storage !== undefined || this.#stored === LOGGED_OUT;
    const hasHeard = await firstAnswer(async () => isWanted() && this.#options.logout(last)).catch(
      () => null,
    );
    if (hasHeard !== null && this.#stored === LOGGED_OUT) this.#shelf.removeItem(this.#key);
  }
}

const entryOf = ({ sessionId }: AccessToken, { refreshToken }: Tokens): string =>
  `${sessionId} ${refreshToken}`;

function localShelf(): Shelf {
  const memory = new Map<string, string>();
  const inMemory: Shelf = {
    getItem: (key) => memory.get(key) ?? null,
    setItem: (key, value) => void memory.set(key, value),
    removeItem: (key) => void memory.delete(key),
  };
  try {
    return page.localStorage ?? inMemory;
  } catch {
    // Somebody has all storage blocked.
    return inMemory;
  }
}
