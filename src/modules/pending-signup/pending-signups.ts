import type { EntityManager } from "@mikro-orm/core";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import { deleteInPages } from "../../lib/delete-in-pages.js";
import type { EmailAddress } from "../../lib/email-address.js";
import { normalizeUsername } from "../../lib/username.js";
import { LINK_SECONDS } from "../one-time-token/one-time-tokens.js";
import { PendingSignup } from "./pending-signup.entity.js";

interface NewPendingSignup {
  readonly id: string;
  readonly email: EmailAddress;
  readonly username: string | null;
  readonly name: string | null;
  readonly passwordHash: string;
}

/** What a person logs in with, normalised. */
export type Identifier = { readonly emailNormalized: string } | { readonly usernameNormalized: string };

/** Signups that wait for their address to be verified. */
export class PendingSignups {
  constructor(private readonly clock: Clock) {}

  async put(em: EntityManager, { id, email, username, name, passwordHash }: NewPendingSignup): Promise<void> {
    await em.insert(PendingSignup, {
      id,
      email: email.address,
      emailNormalized: email.normalized,
      username,
      usernameNormalized: username === null ? null : normalizeUsername(username),
      name,
      passwordHash,
      createdAt: new Date(this.clock()),
    });
  }

  findLatest(em: EntityManager, identifier: Identifier): Promise<PendingSignup | null> {
    return em.findOne(
      PendingSignup,
      { createdAt: { $gt: oldestWaiting(this.clock) }, ...identifier },
      { orderBy: { createdAt: "desc", id: "desc" } },
    );
  }

  /** Whether somebody else waits for the same address, with another password. */
  async isContested(em: EntityManager, { emailNormalized, passwordHash }: PendingSignup): Promise<boolean> {
    const others = { emailNormalized, passwordHash: { $ne: passwordHash } };
    return (await em.count(PendingSignup, { createdAt: { $gt: oldestWaiting(this.clock) }, ...others })) > 0;
  }

  /** Everything that was said of an address whose account is deleted. */
  async forget(
    em: EntityManager,
    { emailNormalized }: Pick<PendingSignup, "emailNormalized">,
  ): Promise<void> {
    await em.nativeDelete(PendingSignup, { emailNormalized });
  }
}

/** Drops those that waited too long. @returns how many */
export function prunePendingSignups(
  em: EntityManager,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<number> {
  const ended = { createdAt: { $lte: oldestWaiting(clock) } };
  return deleteInPages(async (limit) => {
    const page = await em.find(PendingSignup, ended, { fields: ["id"], limit, disableIdentityMap: true });
    return page.length === 0 ? 0 : em.nativeDelete(PendingSignup, { id: { $in: page.map(({ id }) => id) } });
  }, signal);
}

function oldestWaiting(clock: Clock): Date {
  return new Date(clock() - secondsToMs(LINK_SECONDS.CONFIRM_SIGNUP));
}
