import { LockMode } from "@mikro-orm/core";
import type { Logger } from "pino";
import { inTransaction, type TransactionContext, type WriteContext } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { runStatement, Statement } from "../../lib/statement.js";
import { newId, OrderedIds } from "../../lib/uuid.js";
import { User } from "../user/user.entity.js";
import { SecurityEvent } from "./security-event.entity.js";
import { SecurityEventType } from "./security-event.types.js";

const INSERT_EVENT = new Statement(
  "insert-security-event",
  `insert into security_events (id, type, occurred_at, user_id, actor_id, ip_address, user_agent)
   values (?, ?, ?, ?, ?, ?, ?)`,
);

interface NewEvent {
  readonly type: SecurityEventType;
  /** Null where there is no such account. */
  readonly userId: string | null;
  /** Who does it. Left out where that is the user, or whoever calls themself so. */
  readonly actorId?: string | null;
}

/** The log of what happens to accounts: one source for the user's own feed, the administrators' view and the server's log. */
export class SecurityEvents {
  readonly #ids = new OrderedIds();

  constructor(
    private readonly logger: Pick<Logger, "info" | "warn">,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of what it tells: neither is there without the other. The server's log gets it after the commit. */
  async record(tx: TransactionContext, { type, userId, actorId = null }: NewEvent): Promise<void> {
    const now = this.clock();
    const event = {
      id: this.#ids.next(now),
      type,
      occurredAt: new Date(now),
      userId,
      actorId: actorId === userId ? null : actorId,
      ipAddress: tx.client.ipAddress,
      userAgent: tx.client.userAgent,
    };
    await runStatement(tx.em, INSERT_EVENT, [
      event.id,
      event.type,
      event.occurredAt,
      event.userId,
      event.actorId,
      event.ipAddress,
      event.userAgent,
    ]);
    tx.onCommit(() => this.#log(event));
  }

  /**
   * A hash takes its time, in which the account may go. Locked, its row stays until this has committed, for
   * `forgetPerson` to find; where it is gone, that was an attempt at nobody's. Without an account a row is looked for, too:
   * otherwise the time it takes would tell.
   *
   * @param userId null where there is no such account
   */
  recordFailedLogin(ctx: WriteContext, userId: string | null): Promise<void> {
    return inTransaction(ctx, async (tx) => {
      const locking = { fields: ["id"], lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
      const user = await tx.em.findOne(User, { id: userId ?? newId() }, locking);
      await this.record(tx, { type: SecurityEventType.LOGIN_FAILED, userId: user?.id ?? null });
    });
  }

  /**
   * Takes out of the log what tells of a person whose account goes: where from and with what device they came. That
   * something has happened, when, and to which id, stays.
   */
  async forgetPerson({ em }: TransactionContext, userId: string): Promise<void> {
    const person = { ipAddress: null, userAgent: null };
    // What administrators did to the account tells of them, and goes with theirs.
    await em.nativeUpdate(SecurityEvent, { userId, actorId: null }, person);
    await em.nativeUpdate(SecurityEvent, { actorId: userId }, person);
  }

  #log({ id, occurredAt, type, ...facts }: SecurityEvent): void {
    const level = type === SecurityEventType.REFRESH_TOKEN_REUSED ? "warn" : "info";
    this.logger[level]({ securityEvent: type, eventId: id, ...facts }, "security event");
  }
}
