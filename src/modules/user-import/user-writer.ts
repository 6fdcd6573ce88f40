import type { EntityManager } from "@mikro-orm/core";
import { insertRows } from "../../lib/insert-rows.js";
import { User } from "../user/user.entity.js";
import type { Refusal } from "./refusal.js";
import { findCollisions } from "./taken.js";

/** Someone who has just taken an address may be gone again when it is looked up. */
const ATTEMPTS = 3;

export interface ReadUser {
  readonly line: number;
  readonly user: User;
}

/**
 * Inserts all users but those whose id, address or username is taken, by whoever signs up at this very moment too: unique
 * indexes decide. To be called in a transaction.
 *
 * @returns who is not in, and why
 */
export async function writeUsers(em: EntityManager, users: readonly ReadUser[]): Promise<readonly Refusal[]> {
  // The answer to a statement with two of one id would not tell which of them is in.
  const ids = new Set<string>();
  const repeated = users.filter(({ user }) => ids.size === ids.add(user.id).size);
  const distinct = users.filter((user) => !repeated.includes(user));
  const refusals = await writeDistinct(em, distinct);
  return repeated.length === 0 ? refusals : [...refusals, ...(await writeUsers(em, repeated))];
}

async function writeDistinct(em: EntityManager, users: readonly ReadUser[]): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  let missing = users;
  for (let attempt = 1; missing.length > 0 && attempt <= ATTEMPTS; attempt++) {
    const rows = missing.map(({ user }) => user);
    const inserted = await insertRows(em, User, rows);
    missing = missing.filter(({ user }) => !inserted.has(user.id));
    if (missing.length > 0) missing = await explain(em, missing, refusals);
  }
  const reason = "The id, address or username was taken at this moment.";
  return [...refusals, ...missing.map(({ line }) => ({ line, reason }))];
}

/** @returns those for whom there is no reason any more */
async function explain(
  em: EntityManager,
  missing: readonly ReadUser[],
  refusals: Refusal[],
): Promise<readonly ReadUser[]> {
  const collisions = await findCollisions(
    em,
    missing.map(({ user }) => user),
  );
  return missing.filter(({ line, user }) => {
    const collision = collisions.get(user);
    if (collision !== undefined) refusals.push({ line, ...collision });
    return collision === undefined;
  });
}
