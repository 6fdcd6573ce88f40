import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { Passkey } from "./passkey.entity.js";
import { PasskeyView } from "./passkey.view.js";

/** Batched reads under users, one set per request. */
export interface PasskeyLoaders {
  /** A user's passkeys by user id, newest first. */
  readonly passkeysByUserId: DataLoader<string, readonly PasskeyView[]>;
}

export function createPasskeyLoaders(em: EntityManager): PasskeyLoaders {
  return {
    // Batched, but not cached: one field of a mutation may add to what the next one lists.
    passkeysByUserId: new DataLoader(
      async (userIds: readonly string[]) => {
        const passkeys = await em.find(
          Passkey,
          { user: { $in: [...userIds] } },
          { orderBy: { createdAt: "desc", id: "desc" }, disableIdentityMap: true },
        );
        const byUserId = Map.groupBy(passkeys, (passkey) => passkey.user.id);
        return userIds.map((userId) => (byUserId.get(userId) ?? []).map(PasskeyView.of));
      },
      { cache: false },
    ),
  };
}
