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
import { isId } from "../../lib/uuid.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AccessTokens, BearerCredential } from "../token/access-tokens.js";
import type { User } from "../user/user.entity.js";
import { lockActiveUser } from "../user/user.lock.js";
import { UserStatus } from "../user/user.types.js";
import { Session } from "./session.entity.js";
import { SessionView } from "./session.view.js";
import { sessionExpiresAt, whereLive } from "./session-lifetime.js";
import type { Viewer, ViewerReader } from "./viewer.reader.js";

type SessionConfig = Pick<
  Config,
  "recentLoginSeconds" | "sessionIdleSeconds" | "sessionMaxSeconds" | "sessionsPerUser"
>;

interface Collaborators {
  readonly accessTokens: AccessTokens;
  readonly viewerReader: ViewerReader;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

/** When the login was of a session that has to prove itself once more. */
const RECENCY_ENDED = new Date(0);

/** One login makes one too many; more are left only where SESSIONS_PER_USER was lowered. */
const SURPLUS_AT_ONCE = 1000;

/** Sessions: how they start, are recognised and end. */
export class SessionService {
  constructor(
    private readonly config: SessionConfig,
    private readonly deps: Collaborators,
  ) {}

  /**
   * Opens a session in the caller's transaction. Always a new one, whatever the client held before
   * (ASVS 7.2.4); beyond SESSIONS_PER_USER the least recently used go.
   */
  async start(tx: TransactionContext, user: User): Promise<Session> {
    const session = new Session(user, tx.client, this.#now());
    await tx.em.persist(session).flush();
    await this.#endSurplus(tx, user);
    return session;
  }

  /** Who a bearer token stands for at this moment: null once the session has ended or the user was disabled. */
  async findViewer(credential: BearerCredential): Promise<Viewer | null> {
    const verified = credential.valid ? credential : await this.deps.accessTokens.recheck(credential);
    if (!verified.valid) return null;
    const found = await this.deps.viewerReader.findBySessionId(verified.sessionId);
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
    const alike = await em.find(
      Session,
      {
        user: userId,
        userAgent,
        authenticatedAt: { $gt: RECENCY_ENDED },
        ...whereLive(this.deps.clock(), this.config),
      },
      { fields: ["ipAddress"], disableIdentityMap: true },
    );
    const network = clientNetworkOf(client);
    const familiar = alike.filter((session) => clientNetworkOf(session) === network);
    return familiar.map(({ id }) => id).sort()[0] ?? null;
  }

  expiresAt(session: Pick<Session, "createdAt" | "lastUsedAt">): Date {
    return sessionExpiresAt(session, this.config);
  }

  async #recordRevocation(tx: TransactionContext, userId: string, ended: number): Promise<void> {
    if (ended === 0) return;
    await this.deps.securityEvents.record(tx, { type: SecurityEventType.SESSION_REVOKED, userId });
  }

  async #endSurplus(tx: TransactionContext, user: User): Promise<void> {
    const surplus = await tx.em.find(
      Session,
      { user: user.id },
      {
        orderBy: { lastUsedAt: "desc", id: "desc" },
        offset: this.config.sessionsPerUser,
        limit: SURPLUS_AT_ONCE,
        fields: ["id"],
      },
    );
    if (surplus.length === 0) return;
    const ended = await tx.em.nativeDelete(Session, { id: { $in: surplus.map(({ id }) => id) } });
    await this.#recordRevocation(tx, user.id, ended);
  }

  #now(): Date {
    return new Date(this.deps.clock());
  }
}
