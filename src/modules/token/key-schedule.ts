import type { Config } from "../../config/config.js";
import { secondsToMs } from "../../lib/clock.js";

/** Other instances learn within that time that a key was replaced at once, and sign with it until then. */
const OVERLAP_SECONDS = 120;

interface ScheduledKey {
  readonly sequence: number;
  readonly signsFrom: Date;
}

/**
 * When each key signs and until when it verifies. A key signs from its time on, until the time of a newer one has come -
 * which need not be the next one: where one that signs at once follows one that still waits, that one never signs.
 */
export class KeySchedule<Key extends ScheduledKey> {
  /** @param keys at least one, the newest first */
  constructor(
    private readonly keys: readonly Key[],
    private readonly config: Pick<Config, "accessTokenSeconds">,
  ) {}

  /** @param now in milliseconds since the epoch, as all times here */
  signingAt(now: number): Key {
    // Where the time of none has come a clock was put back. Signing with the oldest is what was right then.
    const key = this.keys.find(({ signsFrom }) => signsFrom.getTime() <= now) ?? this.keys.at(-1);
    if (key === undefined) throw new Error("A schedule needs a key");
    return key;
  }

  /** Infinity for the newest. */
  signsUntil(key: Key): number {
    const newer = this.keys.filter(({ sequence }) => sequence > key.sequence);
    return Math.min(...newer.map(({ signsFrom }) => signsFrom.getTime()));
  }

  /** When the last token that it can have signed has expired. */
  verifiesUntil(key: Key): number {
    return this.signsUntil(key) + secondsToMs(this.config.accessTokenSeconds + OVERLAP_SECONDS);
  }
}
