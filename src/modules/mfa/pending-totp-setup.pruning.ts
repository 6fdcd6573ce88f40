import type { EntityManager } from "@mikro-orm/core";
import type { Clock } from "../../lib/clock.js";
import { deleteInPages } from "../../lib/delete-in-pages.js";
import { PendingTotpSetup } from "./pending-totp-setup.entity.js";

/** Drops those that nobody can confirm any more. @returns how many */
export function prunePendingTotpSetups(
  em: EntityManager,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<number> {
  const expired = { expiresAt: { $lte: new Date(clock()) } };
  return deleteInPages(async (limit) => {
    const page = await em.find(PendingTotpSetup, expired, {
      fields: ["user"],
      limit,
      disableIdentityMap: true,
    });
    const users = page.map(({ user }) => user.id);
    // Somebody may have begun anew since.
    return users.length === 0 ? 0 : em.nativeDelete(PendingTotpSetup, { user: { $in: users }, ...expired });
  }, signal);
}
