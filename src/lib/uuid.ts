import { v7, validate } from "uuid";

/** A new primary key: UUIDv7 (RFC 9562 §5.7), so that rows made together lie together. Not a secret. */
export const newId = (): string => v7();

/** Whether a client's id can be a key at all; anything else is answered like an unknown one. */
export const isId = (id: string): boolean => validate(id);
