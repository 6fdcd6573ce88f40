import type { AuthCheckerFn } from "type-graphql";
import type { RequestContext } from "../context.js";
import { forbidden, reauthenticationRequired, unauthenticated } from "../lib/app-error.js";
import { RECENT_LOGIN } from "../lib/recent-login.js";
import type { SessionService } from "../modules/session/session.service.js";
import type { Viewer } from "../modules/session/session.store.js";
import type { Role } from "../modules/user/user.types.js";

/** What `@Authorized(...)` may ask for, besides a live session: one of the roles, and a recent login. */
export type Requirement = Role | typeof RECENT_LOGIN;

/**
 * What `@Authorized()`, `@Authorized(Role.ADMIN)` and `@Authorized(RECENT_LOGIN)` ask. The session and its user are
 * read with the request, so that ending one, disabling or demoting takes effect at once, whatever the token still says.
 *
 * It throws by itself: TypeGraphQL would call all refusals the same.
 */
export function createAuthChecker(
  sessionService: SessionService,
): AuthCheckerFn<RequestContext, Requirement> {
  return async ({ context: ctx, info }, requirements) => {
    if (info.path.prev === undefined) ctx.viewer = await establishViewer(ctx, info.operation.operation);
    if (ctx.viewer === null)
      throw unauthenticated(ctx.credential.valid ? "SESSION_REVOKED" : ctx.credential.reason);
    const roles = requirements.filter((requirement) => requirement !== RECENT_LOGIN);
    if (roles.length > 0 && !roles.includes(ctx.viewer.user.role)) {
      throw forbidden();
    }
    if (requirements.includes(RECENT_LOGIN) && !sessionService.isRecentlyAuthenticated(ctx.viewer.session)) {
      throw reauthenticationRequired();
    }
    return true;
  };

  function establishViewer(ctx: RequestContext, operation: string): Promise<Viewer | null> {
    // The fields of a mutation run one after another, and one may have ended the session of the next. Those of a
    // query run together and share one look.
    if (operation === "mutation" || ctx.viewerLookup === undefined) {
      ctx.viewerLookup = sessionService.findViewer(ctx.credential);
    }
    return ctx.viewerLookup;
  }
}
