import type { Config } from "../../config/config.js";
import {
  inTransaction,
  type RequestContext,
  type TransactionContext,
  type WriteContext,
} from "../../context.js";
import { reauthenticationRequired, unauthenticated } from "../../lib/app-error.js";
import { clientNetworkOf } from "../../lib/client-network.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import { runStatement, selectRows } from "../../lib/statement.js";
import { isId, newId } from "../../lib/uuid.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AccessTokens, BearerCredential } from "../token/access-tokens.js";
import type { User } from "../user/user.entity.js";
import { lockActiveUser } from "../user/user.lock.js";
import { UserStatus } from "../user/user.types.js";
import { Session } from "./session.entity.js";
import {
  DELETE_SURPLUS_SESSIONS,
  INSERT_SESSION,
  SELECT_ALIKE_SESSIONS,
  type SessionRow,
} from "./session.row.js";
import type { SessionStore, Viewer } from "./session.store.js";
import { SessionView } from "./session.view.js";
import { lifeBounds, sessionExpiresAt } from "./session-lifetime.js";

type SessionConfig = Pick<
  Config,
  "recentLoginSeconds" | "sessionIdleSeconds" | "sessionMaxSeconds" | "sessionsPerUser"
>;

interface Collaborators {
  readonly accessTokens: AccessTokens;
  readonly sessionStore: SessionStore;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

/** When the login was of a session that has to prove itself once more. */
const RECENCY_ENDED = new Date(0);

/** Sessions: how they start, are recognised and end. */
export class SessionService {
  constructor(
    private readonly config: SessionConfig,
    private readonly deps: Collaborators,
  ) {}

  /**
   * Opens a session in the caller's transaction. Always a new one, whatever the client held before
   * (ASVS 7.2.4); beyond SESSIONS_PER_USER the least recently used go.
   *
   * @returns its id
   */
  async start(tx: TransactionContext, userId: string): Promise<string> {
    const [id, now, { ipAddress, userAgent }] = [newId(), this.#now(), tx.client];
    await runStatement(tx.em, INSERT_SESSION, [id, userId, now, now, now, ipAddress, userAgent]);
    const ended = await runStatement(tx.em, DELETE_SURPLUS_SESSIONS, [userId, this.config.sessionsPerUser]);
    await this.#recordRevocation(tx, userId, ended);
    return id;
  }

  /** Who a bearer token stands for at this moment: null once the session has ended or the user was disabled. */
  async findViewer(credential: BearerCredential): Promise<Viewer | null> {
    const verified = credential.valid ? credential : await this.deps.accessTokens.recheck(credential);
    if (!verified.valid) return null;
    const found = await this.deps.sessionStore.findViewer(verified.sessionId);
    if (found === null || found.user.id !== verified.userId) return null;
    const isAlive = this.expiresAt(found.session).getTime() > this.deps.clock();
    return isAlive && found.user.status === UserStatus.ACTIVE ? found : null;
  }

  /** Ends one of the viewer's own sessions; another's is answered like one that does not exist (ASVS 7.5.2). */
  async revoke(ctx: RequestContext, viewer: Viewer, sessionId: string): Promise<boolean> {
    if (!isId(sessionId)) return false;
    const { user } = viewer;
    return inTransaction(ctx, async (tx) => {
      const ended = await tx.em.nativeDelete(Session, { id: sessionId, user: user.id });
      await this.#recordRevocation(tx, user.id, ended);
      return ended > 0;
    });
  }

  /** @returns how many sessions were ended */
  revokeOthers(ctx: RequestContext, viewer: Viewer): Promise<number> {
    return inTransaction(ctx, async (tx) => {
      const ended = await this.endOthers(tx, viewer);
      await this.#recordRevocation(tx, viewer.user.id, ended);
      return ended;
    });
  }

  /** As a part of something else, which is what the log tells of. @returns how many sessions were ended */
  async endOthers({ em }: WriteContext, { session, user }: Viewer): Promise<number> {
    return em.nativeDelete(Session, { id: { $ne: session.id }, user: user.id });
  }

  /** Likewise. @returns how many sessions were ended */
  async endAll({ em }: WriteContext, user: Pick<User, "id">): Promise<number> {
    return em.nativeDelete(Session, { user: user.id });
  }

  /**
   * Notes that the person has just proved who they are. To be called with the account's row held: what has proved it must
   * not be changed meanwhile.
   *
   * @throws AppError UNAUTHENTICATED when the session has ended
   */
  async markReauthenticated({ em }: WriteContext, { session }: Viewer): Promise<SessionView> {
    const authenticatedAt = this.#now();
    const isNoted = await em.nativeUpdate(Session, { id: session.id }, { authenticatedAt });
    if (isNoted === 0) throw unauthenticated("SESSION_REVOKED");
    return new SessionView({ ...session, authenticatedAt });
  }

  /**
   * Once more, under the lock of the user: the session may have been ended since the request came in, and what it
   * leaves behind would outlive it.
   *
   * @throws AppError UNAUTHENTICATED
   */
  async requireOpen({ em }: WriteContext, { session }: Viewer): Promise<void> {
    if ((await em.count(Session, { id: session.id })) === 0) throw unauthenticated("SESSION_REVOKED");
  }

  /**
   * How a transaction begins that only a recent login may make: the session may have been ended since the request came in,
   * or another one may have turned a second factor on, which this one was opened without.
   *
   * @throws AppError UNAUTHENTICATED, REAUTHENTICATION_REQUIRED
   */
  async lockRecentOwner(tx: TransactionContext, viewer: Viewer): Promise<User> {
    const owner = await lockActiveUser(tx.em, viewer.user.id);
    if (owner === null) throw unauthenticated("SESSION_REVOKED");
    await this.requireRecent(tx, viewer);
    return owner;
  }

  /**
   * Under the lock of the user, where that was taken otherwise: another session may have ended this one, or its recent login.
   *
   * @throws AppError UNAUTHENTICATED, REAUTHENTICATION_REQUIRED
   */
  async requireRecent({ em }: WriteContext, { session }: Viewer): Promise<void> {
    const found = await em.findOne(Session, { id: session.id }, { disableIdentityMap: true });
    if (found === null) throw unauthenticated("SESSION_REVOKED");
    if (!this.isRecentlyAuthenticated(found)) throw reauthenticationRequired();
  }

  /**
   * The others were opened without what the person proves themself with from now on: they have to prove it before
   * anything that needs a recent login.
   */
  async endRecencyOfOthers({ em }: WriteContext, { session, user }: Viewer): Promise<void> {
    const others = { id: { $ne: session.id }, user: user.id };
    await em.nativeUpdate(Session, others, { authenticatedAt: RECENCY_ENDED });
  }

  /** Whether the person has proved who they are within RECENT_LOGIN_SECONDS. */
  isRecentlyAuthenticated({ authenticatedAt }: Pick<Session, "authenticatedAt">): boolean {
    return this.deps.clock() - authenticatedAt.getTime() < secondsToMs(this.config.recentLoginSeconds);
  }

  /**
   * @returns the id of the oldest session in which the user is logged in with this User-Agent from this network already; but
   * for those that were opened before a second factor, and have not proved it since
   */
  async findFamiliar({ em, client }: WriteContext, userId: string): Promise<string | null> {
    const { ipAddress, userAgent } = client;
    if (ipAddress === null) return null;
    const { usedAfter, createdAfter } = lifeBounds(this.deps.clock(), this.config);
    const alike = await selectRows<Pick<SessionRow, "session_id" | "ip_address">>(em, SELECT_ALIKE_SESSIONS, [
      userId,
      userAgent,
      RECENCY_ENDED,
      usedAfter,
      createdAfter,
    ]);
    const network = clientNetworkOf(client);
    const familiar = alike.filter(({ ip_address }) => clientNetworkOf({ ipAddress: ip_address }) === network);
    return familiar.map(({ session_id }) => session_id).sort()[0] ?? null;
  }

  expiresAt(session: Pick<Session, "createdAt" | "lastUsedAt">): Date {
    return sessionExpiresAt(session, this.config);
  }

  async #recordRevocation(tx: TransactionContext, userId: string, ended: number): Promise<void> {
    if (ended === 0) return;
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.SESSION_REVOKED, userId });
  }

  #now(): Date {
    return new Date(this.deps.clock());
  }
}
