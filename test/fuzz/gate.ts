/** Lets many pass at once, or one alone: what a server does under one case tells nothing of the others under way. */
export class Gate {
  #passing = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#isClosed) await this.#change();
    this.#passing += 1;
    try {
      return await work();
    } finally {
      this.#passing -= 1;
      this.#announce();
    }
  }

  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#isClosed) await this.#change();
    this.#isClosed = true;
    while (this.#passing > 0) await this.#change();
    try {
      return await work();
    } finally {
      this.#isClosed = false;
      this.#announce();
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #announce(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
