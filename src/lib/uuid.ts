import { v7, validate } from "uuid";

/** A new primary key: UUIDv7 (RFC 9562 §5.7), so that rows made together lie together. Not a secret. */
export const newId = (): string => v7();

/** The smallest id of the given millisecond since the epoch: every one made before is smaller. */
export const firstIdOf = (ms: number): string => v7({ msecs: ms, seq: 0, random: new Uint8Array(16) });

/** Whether a client's id can be a key at all; anything else is answered like an unknown one. */
export const isId = (id: string): boolean => validate(id);
