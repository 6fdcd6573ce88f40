/**
 * Whether the person has to confirm that it is them. Operations ask, through their link, and the dialog answers: one
 * answer for all that are waiting.
 */
export class Reauthentication {
  #waiting: ((isConfirmed: boolean) => void)[] = [];
  readonly #listeners = new Set<() => void>();

  readonly isAsked = (): boolean => this.#waiting.length > 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Resolves when the person has confirmed it (true) or would rather not (false). */
  ask(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tell();
    });
  }

  readonly answer = (isConfirmed: boolean): void => {
    for (const resolve of this.#waiting.splice(0)) resolve(isConfirmed);
    this.#tell();
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
