/** Fits localStorage. */
export type KeyValueStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const LOGGED_OUT = "logged-out";

/**
 * What a page leaves to the other tabs and the next start. In body delivery that is the refresh token, after the id of its
 * session. In cookie delivery the browser has it, and there is but a note that somebody has logged out, until the server
 * knows and the cookie is gone.
 */
export class Shelf {
  readonly #key: string;
  readonly #storage: KeyValueStorage | undefined;
  readonly #isForTokens: boolean;

  /** @param storage in body delivery */
  constructor(key: string, storage: KeyValueStorage | undefined) {
    this.#key = key;
    this.#isForTokens = storage !== undefined;
    this.#storage = storage ?? ownStorage();
  }

  /** Another one than before was put there by another tab. */
  get content(): string | null {
    return this.#storage?.getItem(this.#key) ?? null;
  }

  get sessionId(): string | null {
    return (this.#isForTokens && this.content?.split(" ")[0]) || null;
  }

  get refreshToken(): string | null {
    return (this.#isForTokens && this.content?.split(" ")[1]) || null;
  }

  get hasLogout(): boolean {
    return this.content === LOGGED_OUT;
  }

  /** Whether there is nothing to refresh with. */
  get isEmpty(): boolean {
    return this.#isForTokens ? this.content === null : this.hasLogout;
  }

  put(content: string): void {
    if (this.#isForTokens) this.#storage?.setItem(this.#key, content);
    else this.clear();
  }

  putLogout(): void {
    try {
      if (this.#isForTokens) this.clear();
      else this.#storage?.setItem(this.#key, LOGGED_OUT);
    } catch {
      // Full: the server is told all the same, and only where it does not hear of it the note is missed.
    }
  }

  clear(): void {
    this.#storage?.removeItem(this.#key);
  }
}

function ownStorage(): KeyValueStorage | undefined {
  try {
    return (globalThis as { readonly localStorage?: KeyValueStorage }).localStorage;
  } catch {
    // Blocked by somebody's settings: then a logout that the server does not hear of is forgotten with the page.
    return undefined;
  }
}
