import type { EntityManager } from "@mikro-orm/core";
import { User } from "../user/user.entity.js";

const PAGE_SIZE = 250;

/** What a line of our own is made of, in this order. */
export const LINE_FIELDS = [
  "id",
  "email",
  "emailVerified",
  "username",
  "name",
  "picture",
  "phoneNumber",
  "gender",
  "locale",
  "role",
  "status",
  "passwordHash",
  "createdAt",
  "lastLoginAt",
] as const satisfies readonly (keyof User)[];

/**
 * All users as lines of JSON, a page of them at a time, in the order of their ids. No snapshot: who signs up meanwhile
 * is in it or not.
 */
export async function* exportUsers(
  forkEntityManager: () => EntityManager,
  { withPasswordHashes }: { readonly withPasswordHashes: boolean },
): AsyncGenerator<readonly string[]> {
  const fields = LINE_FIELDS.filter((field) => withPasswordHashes || field !== "passwordHash");
  for (let lastId = ""; ; ) {
    const after = lastId === "" ? {} : { id: { $gt: lastId } };
    // What is not read cannot slip out.
    const page = await forkEntityManager().find(User, after, {
      fields,
      orderBy: { id: "asc" },
      limit: PAGE_SIZE,
    });
    yield page.map((user) => writeLine(user as User, fields));
    if (page.length < PAGE_SIZE) return;
    lastId = page.at(-1)?.id ?? "";
  }
}

/** What an account does not have is left out. */
function writeLine(user: User, fields: readonly (keyof User)[]): string {
  const entries = fields.map((field) => [field, user[field]] as const).filter(([, value]) => value !== null);
  return JSON.stringify(Object.fromEntries(entries));
}
