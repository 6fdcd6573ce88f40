import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { User } from "./user.entity.js";
import { UserView } from "./user.view.js";

/** Far fewer than a statement can have values. */
const USERS_PER_STATEMENT = 1000;

/** Batched reads of users, one set per request. */
export interface UserLoaders {
  /** Null for one that is gone. */
  readonly userById: DataLoader<string, UserView | null>;
}

export function createUserLoaders(em: EntityManager): UserLoaders {
  return {
    // Batched, but not cached: one field of a mutation may change what the next one shows.
    userById: new DataLoader(
      async (ids: readonly string[]) => {
        const distinct = [...new Set(ids)];
        const users = await em.find(User, { id: { $in: distinct } }, { disableIdentityMap: true });
        const byId = new Map(users.map((user) => [user.id, UserView.of(user)]));
        return ids.map((id) => byId.get(id) ?? null);
      },
      { cache: false, maxBatchSize: USERS_PER_STATEMENT },
    ),
  };
}
