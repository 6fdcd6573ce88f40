import type { Config } from "../../config/config.js";
import { inTransaction, type RequestContext, type TransactionContext } from "../../context.js";
import { unauthenticated } from "../../lib/app-error.js";
import { type Clock, toNumericDate } from "../../lib/clock.js";
import { InvalidToken, InvalidTokenReason } from "../auth-error/invalid-token.types.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import type { AccessTokens } from "../token/access-tokens.js";
import type { DeviceOwner, DeviceTokens } from "../token/device-tokens.js";
import type { RefreshStatement, RefreshTokens } from "../token/refresh-tokens.js";
import { AuthPayload, TokenDelivery } from "./auth-payload.types.js";
import { judgeRefresh } from "./refresh-verdict.js";
import { Session } from "./session.entity.js";
import type { SessionStore, Viewer } from "./session.store.js";
import { lifeBounds, sessionExpiresAt } from "./session-lifetime.js";

type SessionConfig = Pick<Config, "refreshGraceSeconds" | "sessionIdleSeconds" | "sessionMaxSeconds">;

interface Collaborators {
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly deviceTokens: DeviceTokens;
  readonly sessionStore: SessionStore;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

/** How a session was opened. */
interface Entrance {
  readonly user: Pick<DeviceOwner, "id" | "totpEnabled">;
  /** Of the account, as it is now. */
  readonly passwordHash: string | null;
  readonly tokenDelivery: TokenDelivery;
}

/** What the client of a session holds: its tokens, the next ones, and that it is known. */
export class SessionTokens {
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
   * Gives out the first tokens of a session that was started and committed; the request goes on as its user, and the
   * client is known from now on.
   */
  async letIn(
    ctx: RequestContext,
    sessionId: string,
    { user: { id, totpEnabled }, passwordHash, tokenDelivery }: Entrance,
  ): Promise<AuthPayload> {
    this.rememberDevice(ctx, { id, passwordHash, totpEnabled });
    const viewer = await this.deps.sessionStore.findViewer(sessionId);
    if (viewer === null) throw unauthenticated("SESSION_REVOKED");
    return this.#giveTokens(ctx, viewer, tokenDelivery);
  }

  /** Has the client know that this user has logged in there, with this password. */
  rememberDevice({ device }: RequestContext, owner: DeviceOwner): void {
    device.remember(this.deps.deviceTokens.issue(device.token, owner));
  }

  /**
   * The same after a new password, which under a second factor is no login: there a device that was unknown stays so. A known
   * one has a counter of its own, and whoever has no code would get a new one to guess with by every new password.
   *
   * @param before the account with the password that was replaced
   */
  rememberDeviceAgain(ctx: RequestContext, before: DeviceOwner, passwordHash: string): void {
    const isKnown = this.deps.deviceTokens.findDeviceId(ctx.device.token, before) !== null;
    const { id, totpEnabled } = before;
    if (isKnown || !totpEnabled) this.rememberDevice(ctx, { id, passwordHash, totpEnabled });
  }

  /**
   * Exchanges a refresh token for the next one. However many do so at once with the same token, the generation
   * makes one step and all get the same successor. The old token is dead after REFRESH_GRACE_SECONDS; coming back
   * after that, it ends its session. Everything but a genuine token leaves no trace.
   *
   * @param refreshToken null in cookie delivery. A dead cookie is left where it is: by the time the answer arrives another
   * tab may have logged in, and clearing would log it out.
   */
  async refresh(ctx: RequestContext, refreshToken: string | null): Promise<AuthPayload | InvalidToken> {
    const delivery = refreshToken === null ? TokenDelivery.COOKIE : TokenDelivery.BODY;
    const presented = refreshToken ?? ctx.refreshCookie.token;
    const statement = presented === null ? null : this.deps.refreshTokens.verify(presented);
    if (statement === null) return new InvalidToken(InvalidTokenReason.MALFORMED);
    // First, since as a rule it is the current one: whoever reads first asks the database twice.
    const rotated = await this.#rotateIfStillAt(ctx, statement);
    if (rotated !== null) return this.#giveTokens(ctx, rotated, delivery);
    const found = await this.deps.sessionStore.findViewer(statement.sessionId);
    if (found === null) return new InvalidToken(InvalidTokenReason.REVOKED);
    const verdict = this.#judge(found, statement);
    switch (verdict) {
      case "ROTATE":
        // What kept it from being rotated has passed meanwhile: a disabled user was enabled.
        return this.refresh(ctx, refreshToken);
      case "REPEAT":
        return this.#giveTokens(ctx, found, delivery);
      case "REUSED":
        // Returned, not thrown: the end of the session has to be committed although the caller gets an error.
        await inTransaction(ctx, (tx) => this.#endReused(tx, statement, found));
        return new InvalidToken(InvalidTokenReason.USED);
      case "EXPIRED":
        return new InvalidToken(InvalidTokenReason.EXPIRED);
      case "REVOKED":
        return new InvalidToken(InvalidTokenReason.REVOKED);
    }
  }

  /**
   * Ends the session of the refresh token, of any generation, and that of the bearer token.
   *
   * @param refreshToken null in cookie delivery
   */
  async logout(ctx: RequestContext, refreshToken: string | null): Promise<boolean> {
    const presented = refreshToken ?? ctx.refreshCookie.token;
    const hasEnded = await this.#endSessionsOf(ctx, presented);
    // Not before: whoever could not be logged out tries again, and the cookie says of what.
    if (refreshToken === null && presented !== null) ctx.refreshCookie.forget();
    return hasEnded;
  }

  async #endSessionsOf(ctx: RequestContext, refreshToken: string | null): Promise<boolean> {
    const statement = refreshToken === null ? null : this.deps.refreshTokens.verify(refreshToken);
    const ids = new Set<string>();
    if (statement !== null) ids.add(statement.sessionId);
    if (ctx.credential.valid) ids.add(ctx.credential.sessionId);
    if (ids.size === 0) return false;
    return inTransaction(ctx, (tx) => this.#logOut(tx, [...ids]));
  }

  /** Whoever does so at once: each session ends once, and the log says so once. */
  async #logOut(tx: TransactionContext, ids: readonly string[]): Promise<boolean> {
    const sessions = await tx.em.find(Session, { id: { $in: [...ids] } });
    let ended = 0;
    for (const { id, user } of sessions) {
      if ((await tx.em.nativeDelete(Session, { id })) === 0) continue;
      await this.deps.securityEvents.record(tx, { type: SecurityEventType.LOGGED_OUT, userId: user.id });
      ended += 1;
    }
    return ended > 0;
  }

  /** Of many that come back at once, the first ends the session, and the log says so once. */
  async #endReused(tx: TransactionContext, { sessionId }: RefreshStatement, { user }: Viewer): Promise<void> {
    if ((await tx.em.nativeDelete(Session, { id: sessionId })) === 0) return;
    await this.deps.securityEvents.record(tx, {
      type: SecurityEventType.REFRESH_TOKEN_REUSED,
      userId: user.id,
    });
    tx.onCommit(() => {
      this.#refreshTokensReused += 1;
    });
  }

  #judge(found: Viewer, { generation }: RefreshStatement) {
    return judgeRefresh(found, { generation, nowMs: this.deps.clock(), rules: this.config });
  }

  #rotateIfStillAt(ctx: RequestContext, statement: RefreshStatement): Promise<Viewer | null> {
    const nowMs = this.deps.clock();
    const bounds = lifeBounds(nowMs, this.config);
    const step = { ...statement, ...ctx.client, ...bounds, now: new Date(nowMs) };
    return this.deps.sessionStore.rotate(step);
  }

  #giveTokens(ctx: RequestContext, viewer: Viewer, delivery: TokenDelivery): AuthPayload {
    const { user, session } = viewer;
    ctx.viewer = viewer;
    const endsAt = sessionExpiresAt(session, this.config);
    const access = this.deps.accessTokens.issue({
      userId: user.id,
      sessionId: session.id,
      role: user.role,
      sessionExpiresAt: endsAt,
    });
    const refreshToken = this.deps.refreshTokens.issue({
      sessionId: session.id,
      generation: session.generation,
    });
    const isForCookie = delivery === TokenDelivery.COOKIE;
    if (isForCookie) {
      ctx.refreshCookie.keep(
        refreshToken,
        toNumericDate(endsAt.getTime()) - toNumericDate(this.deps.clock()),
      );
    }
    return new AuthPayload({
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: isForCookie ? null : refreshToken,
      refreshTokenExpiresAt: endsAt,
      user,
      session,
    });
  }
}
