import { MAX, NIL, v7, validate } from "uuid";

/** A new primary key: UUIDv7 (RFC 9562 §5.7), so that rows made together lie together. Not a secret. */
export const newId = (): string => v7();

/** Those of one process, for which the order of the ids is the order of the calls, also within a millisecond. */
export class OrderedIds {
  #ms = 0;
  #sequence = 0;

  /** @param ms the time to begin with, since the epoch; one that is before the last id's counts as the same */
  next(ms: number): string {
    this.#sequence = ms > this.#ms ? 0 : this.#sequence + 1;
    this.#ms = Math.max(ms, this.#ms);
    return v7({ msecs: this.#ms, seq: this.#sequence });
  }
}

/** The smallest id of the given millisecond since the epoch, before which there are none: every one made before is smaller. */
export const firstIdOf = (ms: number): string =>
  v7({ msecs: Math.max(0, ms), seq: 0, random: new Uint8Array(16) });

/** Before and after every id there is. */
export const [MIN_ID, MAX_ID]: readonly [string, string] = [NIL, MAX];

/** Whether a client's id can be a key at all; anything else is answered like an unknown one. */
export const isId = (id: string): boolean => validate(id);

/** Whether it is an id as the databases write it: SQLite compares ids as texts. */
export const isStoredId = (id: string): boolean => isId(id) && id === id.toLowerCase();
