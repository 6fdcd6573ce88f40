import type { Config } from "../../config/config.js";
import type { RequestContext, WriteContext } from "../../context.js";
import { unauthenticated } from "../../lib/app-error.js";
import { clientNetworkOf } from "../../lib/client-network.js";
import { type Clock, secondsToMs } from "../../lib/clock.js";
import { isId } from "../../lib/uuid.js";
import type { AccessTokens, BearerCredential } from "../token/access-tokens.js";
import type { RefreshTokens } from "../token/refresh-tokens.js";
import type { User } from "../user/user.entity.js";
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
  readonly refreshTokens: RefreshTokens;
  readonly viewerReader: ViewerReader;
  readonly clock: Clock;
}

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
  async start(tx: WriteContext, user: User): Promise<Session> {
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

  /** Ends the session of the refresh token, of any generation, and that of the bearer token. */
  async logout(ctx: RequestContext, refreshToken: string | null): Promise<boolean> {
    const statement = refreshToken === null ? null : this.deps.refreshTokens.verify(refreshToken);
    const ids = new Set<string>();
    if (statement !== null) ids.add(statement.sessionId);
    if (ctx.credential.valid) ids.add(ctx.credential.sessionId);
    if (ids.size === 0) return false;
    return (await ctx.em.nativeDelete(Session, { id: { $in: [...ids] } })) > 0;
  }

  /** Ends one of the viewer's own sessions; another's is answered like one that does not exist (ASVS 7.5.2). */
  async revoke(ctx: RequestContext, viewer: Viewer, sessionId: string): Promise<boolean> {
    if (!isId(sessionId)) return false;
    return (await ctx.em.nativeDelete(Session, { id: sessionId, user: viewer.user.id })) > 0;
  }

  /** @returns how many sessions were ended */
  async revokeOthers({ em }: WriteContext, { session, user }: Viewer): Promise<number> {
    return em.nativeDelete(Session, { id: { $ne: session.id }, user: user.id });
  }

  /** @returns how many sessions were ended */
  async revokeAll({ em }: WriteContext, user: User): Promise<number> {
    return em.nativeDelete(Session, { user: user.id });
  }

  /**
   * Notes that the person has just proved who they are.
   *
   * @throws AppError UNAUTHENTICATED when the session ended meanwhile, or the password that proved it was changed
   */
  async markReauthenticated(
    { em }: WriteContext,
    { session }: Viewer,
    passwordHash: string | null,
  ): Promise<SessionView> {
    const authenticatedAt = this.#now();
    const isNoted = await em.nativeUpdate(
      Session,
      { id: session.id, user: { passwordHash } },
      { authenticatedAt },
    );
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

  /** Whether the person has proved who they are within RECENT_LOGIN_SECONDS. */
  isRecentlyAuthenticated({ authenticatedAt }: Pick<Session, "authenticatedAt">): boolean {
    return this.deps.clock() - authenticatedAt.getTime() < secondsToMs(this.config.recentLoginSeconds);
  }

  /** Whether the user is logged in with this User-Agent from this network already. */
  async isFamiliarClient({ em, client }: WriteContext, userId: string): Promise<boolean> {
    const { ipAddress, userAgent } = client;
    if (ipAddress === null) return false;
    const alike = await em.find(
      Session,
      { user: userId, userAgent, ...whereLive(this.deps.clock(), this.config) },
      { fields: ["ipAddress"], disableIdentityMap: true },
    );
    const network = clientNetworkOf(client);
    return alike.some((session) => clientNetworkOf(session) === network);
  }

  expiresAt(session: Pick<Session, "createdAt" | "lastUsedAt">): Date {
    return sessionExpiresAt(session, this.config);
  }

  async #endSurplus(tx: WriteContext, user: User): Promise<void> {
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
    if (surplus.length > 0) await tx.em.nativeDelete(Session, { id: { $in: surplus.map(({ id }) => id) } });
  }

  #now(): Date {
    return new Date(this.deps.clock());
  }
}
