import type { EntityManager } from "@mikro-orm/core";
import { User } from "../user/user.entity.js";

/** What no two accounts have in common. */
export type UserKeys = Pick<User, "id" | "emailNormalized" | "usernameNormalized">;

interface Collision {
  readonly field: "id" | "email" | "username";
  readonly reason: string;
}

/** In the words of a signup. */
const COLLISIONS = {
  id: { field: "id", reason: "Another account has this id." },
  email: { field: "email", reason: "An account with this address already exists." },
  username: { field: "username", reason: "This username is taken." },
} as const satisfies Record<string, Collision>;

/** Looks up what of these users other accounts have. */
export async function findCollisions<Keys extends UserKeys>(
  em: EntityManager,
  users: readonly Keys[],
): Promise<ReadonlyMap<Keys, Collision>> {
  const usernames = users.map((user) => user.usernameNormalized).filter((name) => name !== null);
  const taken = await em.find(
    User,
    {
      $or: [
        { id: { $in: users.map(({ id }) => id) } },
        { emailNormalized: { $in: users.map(({ emailNormalized }) => emailNormalized) } },
        { usernameNormalized: { $in: usernames } },
      ],
    },
    { fields: ["id", "emailNormalized", "usernameNormalized"], disableIdentityMap: true },
  );
  const keys = new Set(taken.flatMap(listKeys));
  const collisions = users.map((user) => [user, collisionOf(user, (key) => keys.has(key))] as const);
  return new Map(collisions.filter((pair): pair is [Keys, Collision] => pair[1] !== null));
}

/** The first of a user's keys that is taken. */
export function collisionOf(user: UserKeys, isTaken: (key: string) => boolean): Collision | null {
  const [id = "", email = "", username] = listKeys(user);
  if (isTaken(id)) return COLLISIONS.id;
  if (isTaken(email)) return COLLISIONS.email;
  return username !== undefined && isTaken(username) ? COLLISIONS.username : null;
}

/** Ids, addresses and usernames as texts that are told from each other: an address has an "@", the others a word before. */
export function listKeys({ id, emailNormalized, usernameNormalized }: UserKeys): readonly string[] {
  const keys = [`id ${id}`, emailNormalized];
  return usernameNormalized === null ? keys : [...keys, `username ${usernameNormalized}`];
}
