import type { Logger } from "pino";
import type { Config } from "../../config/config.js";
import type { RequestContext, WriteContext } from "../../context.js";
import { unauthenticated } from "../../lib/app-error.js";
import { clientNetworkOf } from "../../lib/client-network.js";
import type { Clock } from "../../lib/clock.js";
import { isId } from "../../lib/uuid.js";
import { InvalidToken, InvalidTokenReason } from "../auth-error/invalid-token.types.js";
import type { AccessTokens, BearerCredential } from "../token/access-tokens.js";
import type { RefreshStatement, RefreshTokens } from "../token/refresh-tokens.js";
import type { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";
import { AuthPayload } from "./auth-payload.types.js";
import { judgeRefresh } from "./refresh-verdict.js";
import { Session } from "./session.entity.js";
import { SessionView } from "./session.view.js";
import { sessionExpiresAt, whereLive } from "./session-lifetime.js";
import type { Viewer, ViewerReader } from "./viewer.reader.js";

type SessionConfig = Pick<
  Config,
  "refreshGraceSeconds" | "sessionIdleSeconds" | "sessionMaxSeconds" | "sessionsPerUser"
>;

interface Collaborators {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly viewerReader: ViewerReader;
  readonly logger: Pick<Logger, "warn">;
  readonly clock: Clock;
}

/** One login makes one too many; more are left only where SESSIONS_PER_USER was lowered. */
const SURPLUS_AT_ONCE = 1000;

/** Sessions: how they start, go on, are recognised and end. */
export class SessionService {
  #refreshTokensReused = 0;

  constructor(
    private readonly config: SessionConfig,
    private readonly deps: Collaborators,
  ) {}

  /** How many spent refresh tokens came back since the start. */
  get refreshTokensReused(): number {
    return this.#refreshTokensReused;
  }

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

  /** Gives out the first tokens of a session that was started and committed; the request goes on as its user. */
  async issueFirstTokens(ctx: RequestContext, session: Session): Promise<AuthPayload> {
    const viewer = await this.deps.viewerReader.findBySessionId(session.id);
    if (viewer === null) throw unauthenticated("SESSION_REVOKED");
    return this.#giveTokens(ctx, viewer);
  }

  /**
   * Exchanges a refresh token for the next one. However many do so at once with the same token, the generation
   * makes one step and all get the same successor. The old token is dead after REFRESH_GRACE_SECONDS; coming back
   * after that, it ends its session. Everything but a genuine token leaves no trace.
   */
  async refresh(ctx: RequestContext, refreshToken: string | null): Promise<AuthPayload | InvalidToken> {
    const statement = refreshToken === null ? null : this.deps.refreshTokens.verify(refreshToken);
    if (statement === null) return new InvalidToken(InvalidTokenReason.MALFORMED);
    const found = await this.deps.viewerReader.findBySessionId(statement.sessionId);
    const verdict = this.#judge(found, statement);
    // Losing the compare-and-swap means that a parallel refresh has won it: what it left behind decides.
    if (verdict === "ROTATE" && !(await this.#rotateIfStillAt(ctx, statement)))
      return this.refresh(ctx, refreshToken);
    switch (verdict) {
      case "ROTATE":
      case "REPEAT":
        return this.#continue(ctx, statement);
      case "REUSED":
        // Returned, not thrown: the end of the session has to be committed although the caller gets an error.
        await ctx.em.nativeDelete(Session, { id: statement.sessionId });
        this.#refreshTokensReused += 1;
        this.deps.logger.warn(
          { sessionId: statement.sessionId },
          "a spent refresh token came back: session ended",
        );
        return new InvalidToken(InvalidTokenReason.USED);
      case "EXPIRED":
        return new InvalidToken(InvalidTokenReason.EXPIRED);
      case "REVOKED":
        return new InvalidToken(InvalidTokenReason.REVOKED);
    }
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
  async revokeOthers(ctx: RequestContext, viewer: Viewer): Promise<number> {
    return ctx.em.nativeDelete(Session, { id: { $ne: viewer.session.id }, user: viewer.user.id });
  }

  /**
   * Notes that the person has just proved who they are.
   *
   * @throws AppError UNAUTHENTICATED when the session ended meanwhile, or the password that proved it was changed
   */
  async markReauthenticated(
    ctx: RequestContext,
    { session }: Viewer,
    passwordHash: string | null,
  ): Promise<SessionView> {
    const authenticatedAt = this.#now();
    const isNoted = await ctx.em.nativeUpdate(
      Session,
      { id: session.id, user: { passwordHash } },
      { authenticatedAt },
    );
    if (isNoted === 0) throw unauthenticated("SESSION_REVOKED");
    return new SessionView({ ...session, authenticatedAt });
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

  #judge(found: Viewer | null, { generation }: RefreshStatement) {
    return judgeRefresh(found, { generation, nowMs: this.deps.clock(), rules: this.config });
  }

  /** The one step that decides a race between refreshes: of many, the row count is 1 for exactly one. */
  async #rotateIfStillAt(ctx: RequestContext, { sessionId, generation }: RefreshStatement): Promise<boolean> {
    const { ipAddress, userAgent } = ctx.client;
    const condition = { id: sessionId, generation, ...whereLive(this.deps.clock(), this.config) };
    const next = { generation: generation + 1, lastUsedAt: this.#now(), ipAddress, userAgent };
    return (await ctx.em.nativeUpdate(Session, condition, next)) > 0;
  }

  /** The row as it is now decides what is given out: it may have been ended, or the user disabled, this very moment. */
  async #continue(ctx: RequestContext, { sessionId }: RefreshStatement): Promise<AuthPayload | InvalidToken> {
    const viewer = await this.deps.viewerReader.findBySessionId(sessionId);
    if (viewer === null || viewer.user.status !== UserStatus.ACTIVE) {
      return new InvalidToken(InvalidTokenReason.REVOKED);
    }
    return this.#giveTokens(ctx, viewer);
  }

  #giveTokens(ctx: RequestContext, viewer: Viewer): AuthPayload {
    const { user, session } = viewer;
    ctx.viewer = viewer;
    const sessionExpiresAt = this.expiresAt(session);
    const access = this.deps.accessTokens.issue({
      userId: user.id,
      sessionId: session.id,
      role: user.role,
      sessionExpiresAt,
    });
    return new AuthPayload({
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: this.deps.refreshTokens.issue({ sessionId: session.id, generation: session.generation }),
      refreshTokenExpiresAt: sessionExpiresAt,
      user,
      session,
    });
  }

  #now(): Date {
    return new Date(this.deps.clock());
  }
}
