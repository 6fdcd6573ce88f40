import { type EntityManager, LockMode, raw } from "@mikro-orm/core";
import { User } from "./user.entity.js";
import { Role, UserStatus } from "./user.types.js";

/**
 * The first step of every transaction that decides whose an account is: they pass one after another, each sees what the
 * one before has left, and as all begin with this row, none waits for another in a circle.
 *
 * @returns the account as it is now; null when it is gone or disabled
 */
export function lockActiveUser(tx: EntityManager, id: string | null): Promise<User | null> {
  const active = { id, status: UserStatus.ACTIVE };
  return tx.findOne(User, active, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}

export interface LockedWithAdmins {
  /** As it is now, active or disabled; null when it is gone. */
  readonly account: User | null;
  /** Those who are active, as they are now. */
  readonly admins: readonly User[];
  /** Whether nobody would administer without this account. */
  readonly isLastAdmin: boolean;
}

/**
 * The first step of every transaction in which an administrator acts or might cease to be one. Whoever is taken for
 * one who remains is locked, too: of two who remove each other at once, the second sees that the first has done it.
 *
 * Everybody is locked by one statement, in the order of their ids: with the account locked before or after the others,
 * two such transactions would wait for each other where somebody has just been made an administrator.
 */
export async function lockWithAdmins(tx: EntityManager, id: string): Promise<LockedWithAdmins> {
  // A literal, as in the condition of the index.
  const known = { role: raw("'ADMIN'"), status: UserStatus.ACTIVE };
  const found = await tx.find(User, known, { fields: ["id"], disableIdentityMap: true });
  const ids = [...new Set([id, ...found.map((admin) => admin.id)])];
  const locked = await tx.find(
    User,
    { id: { $in: ids } },
    { orderBy: { id: "asc" }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  const account = locked.find((user) => user.id === id) ?? null;
  const admins = locked.filter(({ role, status }) => role === Role.ADMIN && status === UserStatus.ACTIVE);
  return { account, admins, isLastAdmin: admins.length === 1 && admins[0] === account };
}
