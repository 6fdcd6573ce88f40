/** A tab that holds the lock for longer hangs; then the others go on without it. */
const LONGEST_WAIT_MS = 15_000;

/** What the tabs of one browser have in common: a lock, and a channel on which each hears what the others say. */
export class Tabs<Message> {
  readonly #name: string;
  #channel: BroadcastChannel | null = null;

  /** @param name the tabs that give the same one belong together, within one origin */
  constructor(name: string, hear: (message: Message) => void) {
    this.#name = name;
    if (typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = (event: { readonly data: Message }) => hear(event.data);
  }

  /** To all others, and not to this one. */
  tell(message: Message): void {
    this.#channel?.postMessage(message);
  }

  /**
   * Does the work while no other tab does any. Where there are no Web Locks (http: on a host that is not localhost) each tab
   * works for itself: it is more work, and harms nothing.
   */
  async exclusively(work: () => Promise<void>): Promise<void> {
    const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
    if (locks === undefined) return work();
    let isGranted = false;
    try {
      await locks.request(`${this.#name}-refresh`, { signal: AbortSignal.timeout(LONGEST_WAIT_MS) }, () => {
        isGranted = true;
        return work();
      });
    } catch (error) {
      if (isGranted) throw error;
      await work();
    }
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
