import { UniqueConstraintViolationException } from "@mikro-orm/core";
import {
  inTransaction,
  type RequestContext,
  type TransactionContext,
  type WriteContext,
} from "../../context.js";
import { unauthenticated } from "../../lib/app-error.js";
import type { Clock } from "../../lib/clock.js";
import { normalizeUsername } from "../../lib/username.js";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { UpdateProfileInput } from "./profile.inputs.js";
import { checkProfile, PROFILE_FIELDS, usernameTaken } from "./profile.validation.js";
import { User } from "./user.entity.js";
import { lockActiveUser } from "./user.lock.js";
import { UserView } from "./user.view.js";

/** What people tell of themselves. */
export class ProfileService {
  constructor(
    private readonly securityEvents: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes what the input names, and only that, so that updates of different fields at once both survive.
   *
   * @throws AppError UNAUTHENTICATED when the account was deleted or disabled meanwhile
   */
  async update(
    ctx: RequestContext,
    userId: string,
    input: UpdateProfileInput,
  ): Promise<UserView | InvalidInput> {
    const faults = checkProfile(input);
    if (faults.length > 0) return new InvalidInput(faults);
    return this.unlessUsernameTaken(ctx, { userId, username: input.username ?? null }, async () => {
      const user = await inTransaction(ctx, (tx) => this.#change(tx, userId, input));
      if (user === null) throw unauthenticated("SESSION_REVOKED");
      return UserView.of(user);
    });
  }

  /** Does what gives an account this username, or says that somebody else has it. */
  async unlessUsernameTaken<Result>(
    ctx: WriteContext,
    owner: { readonly userId: string; readonly username: string | null },
    work: () => Promise<Result>,
  ): Promise<Result | InvalidInput> {
    // Not to decide who of two is first: PostgreSQL logs whatever a unique index refuses, with the name.
    if (await this.#isTaken(ctx, owner)) return new InvalidInput([usernameTaken()]);
    try {
      return await work();
    } catch (error) {
      // The unique index does decide, and the username is all it can be about.
      if (error instanceof UniqueConstraintViolationException) return new InvalidInput([usernameTaken()]);
      throw error;
    }
  }

  async #isTaken(
    { em }: WriteContext,
    { userId, username }: { readonly userId: string; readonly username: string | null },
  ): Promise<boolean> {
    if (username === null) return false;
    const others = { id: { $ne: userId }, usernameNormalized: normalizeUsername(username) };
    return (await em.count(User, others)) > 0;
  }

  /** Locked, so that what is answered is what is stored: a parallel update waits for this one. */
  async #change(tx: TransactionContext, userId: string, input: UpdateProfileInput): Promise<User | null> {
    const user = await lockActiveUser(tx.em, userId);
    if (user === null) return null;
    if (!changeProfile(user, input, new Date(this.clock()))) return user;
    await tx.em.flush();
    await this.securityEvents.record(tx, { type: SecurityEventType.PROFILE_UPDATED, userId });
    return user;
  }
}

/** @returns whether anything is other than before */
export function changeProfile(user: User, input: UpdateProfileInput, now: Date): boolean {
  const changed = PROFILE_FIELDS.filter(
    (field) => input[field] !== undefined && input[field] !== user[field],
  );
  if (changed.length === 0) return false;
  for (const field of changed) user[field] = input[field] ?? null;
  user.normalizeNames();
  user.updatedAt = now;
  return true;
}
