import { type EntityManager, LockMode } from "@mikro-orm/core";
import { User } from "./user.entity.js";
import { UserStatus } from "./user.types.js";

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
