import type { EntityManager } from "@mikro-orm/core";
import DataLoader from "dataloader";
import { RecoveryCode } from "./recovery-code.entity.js";

/** Batched reads under users, one set per request. */
export interface MfaLoaders {
  readonly recoveryCodesLeftByUserId: DataLoader<string, number>;
}

export function createMfaLoaders(em: EntityManager): MfaLoaders {
  return {
    // Batched, but not cached: one field of a mutation may use up or make what the next one counts.
    recoveryCodesLeftByUserId: new DataLoader(
      async (userIds: readonly string[]) => {
        const left = await em.countBy(RecoveryCode, "user", { where: { user: { $in: [...userIds] } } });
        return userIds.map((userId) => left[userId] ?? 0);
      },
      { cache: false },
    ),
  };
}
