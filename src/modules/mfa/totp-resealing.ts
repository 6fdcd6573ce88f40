import { setTimeout as delay } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/core";
import type { SealedBox } from "../../lib/sealed-box.js";
import { MIN_ID } from "../../lib/uuid.js";
import { TotpCredential } from "./totp-credential.entity.js";
import { openTotpSecret, sealTotpSecret } from "./totp-seal.js";

const PAGE_SIZE = 100;
const PAUSE_MS = 10;

/**
 * Seals anew what is sealed under another key than the current one, so that AUTH_SECRET_PREVIOUS may go: whoever has not
 * logged in since must not lose their second factor with it.
 *
 * @param signal ends it early, between two pages
 * @throws where neither secret opens some: they stay as they are, as the right secret may come back
 */
export async function resealTotpSecrets(
  em: EntityManager,
  sealedBox: SealedBox,
  signal?: AbortSignal,
): Promise<void> {
  let unreadable = 0;
  // Two ranges of the index: "other than" is none.
  for (const sealedUnder of [{ $lt: sealedBox.keyId }, { $gt: sealedBox.keyId }]) {
    let after: string | undefined = MIN_ID;
    while (after !== undefined && !signal?.aborted) {
      const page: TotpCredential[] = await em.find(
        TotpCredential,
        { user: { $gt: after }, sealedUnder },
        { orderBy: { user: "asc" }, limit: PAGE_SIZE, disableIdentityMap: true },
      );
      for (const credential of page) {
        if (!(await reseal(em, sealedBox, credential))) unreadable += 1;
      }
      after = page.at(-1)?.user.id;
      if (after !== undefined) await delay(PAUSE_MS);
    }
  }
  if (unreadable > 0) {
    throw new Error(
      `${unreadable} TOTP secrets open with neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS: their owners get in with ` +
        "recovery codes only",
    );
  }
}

/** On the condition that it is what was read: the person may have set up another phone this very moment. */
async function reseal(
  em: EntityManager,
  sealedBox: SealedBox,
  { user, sealedSecret }: TotpCredential,
): Promise<boolean> {
  const secret = openTotpSecret(sealedBox, user.id, sealedSecret);
  if (secret === null) return false;
  await em.nativeUpdate(
    TotpCredential,
    { user: user.id, sealedSecret },
    sealTotpSecret(sealedBox, user.id, secret),
  );
  return true;
}
