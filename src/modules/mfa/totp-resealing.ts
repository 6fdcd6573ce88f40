import { setTimeout as delay } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/core";
import type { SealedBox } from "../../lib/sealed-box.js";
import { MIN_ID } from "../../lib/uuid.js";
import { TotpCredential } from "./totp-credential.entity.js";
import { openTotpSecret, sealTotpSecret } from "./totp-seal.js";

const PAGE_SIZE = 100;
const PAUSE_MS = 10;

/**
 * Seals anew what is sealed under the key of before, so that AUTH_SECRET_PREVIOUS may go: whoever has not logged in since must
 * not lose their second factor with it.
 *
 * @param signal ends it early, between two pages
 * @throws where neither secret opens some: they stay as they are, as the right secret may come back
 */
export async function resealTotpSecrets(
  em: EntityManager,
  sealedBox: SealedBox,
  signal?: AbortSignal,
): Promise<void> {
  const { previousKeyId: sealedUnder } = sealedBox;
  if (sealedUnder === undefined) return;
  for (let after: string | undefined = MIN_ID; after !== undefined && !signal?.aborted; ) {
    const page: TotpCredential[] = await em.find(
      TotpCredential,
      { sealedUnder, user: { $gt: after } },
      { orderBy: { user: "asc" }, limit: PAGE_SIZE, disableIdentityMap: true },
    );
    for (const credential of page) await resealIfUnchanged(em, sealedBox, credential);
    after = page.at(-1)?.user.id;
    if (after !== undefined) await delay(PAUSE_MS);
  }
  if (signal?.aborted) return;
  const unreadable = await countUnreadable(em, sealedBox);
  if (unreadable > 0) {
    throw new Error(
      `${unreadable} TOTP secrets open with neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS: their owners get in with ` +
        "recovery codes only",
    );
  }
}

/** The person may have set up another phone this very moment. */
async function resealIfUnchanged(
  em: EntityManager,
  sealedBox: SealedBox,
  { user, sealedSecret }: TotpCredential,
): Promise<void> {
  const secret = openTotpSecret(sealedBox, user.id, sealedSecret);
  if (secret === null) return;
  const anew = sealTotpSecret(sealedBox, user.id, secret);
  await em.nativeUpdate(TotpCredential, { user: user.id, sealedSecret }, anew);
}

/** By ranges of the index: "other than" is none, and the current key's range may be long. */
function countUnreadable(em: EntityManager, { keyId, previousKeyId = keyId }: SealedBox): Promise<number> {
  const [first = "", last = ""] = [keyId, previousKeyId].sort();
  const others = [{ $lt: first }, { $gt: first, $lt: last }, { $gt: last }];
  return em.count(TotpCredential, { $or: others.map((sealedUnder) => ({ sealedUnder })) });
}
