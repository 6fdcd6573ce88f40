import type { AuthCheckerFn } from "type-graphql";
import type { RequestContext } from "../context.js";
import { AppError, unauthenticated } from "../lib/app-error.js";
import type { SessionService } from "../modules/session/session.service.js";
import type { Viewer } from "../modules/session/viewer.reader.js";
import type { Role } from "../modules/user/user.types.js";

/**
 * What `@Authorized()` and `@Authorized(Role.ADMIN)` ask. The session and its user are read with the request, so
 * that ending one, disabling or demoting takes effect at once, whatever the token still says.
 *
 * It throws by itself: TypeGraphQL would call both refusals the same.
 */
export function createAuthChecker(sessionService: SessionService): AuthCheckerFn<RequestContext, Role> {
  return async ({ context: ctx, info }, roles) => {
    if (info.path.prev === undefined) ctx.viewer = await establishViewer(ctx, info.operation.operation);
    if (ctx.viewer === null)
      throw unauthenticated(ctx.credential.valid ? "SESSION_REVOKED" : ctx.credential.reason);
    if (roles.length > 0 && !roles.includes(ctx.viewer.user.role)) {
      throw new AppError("FORBIDDEN", "You are not allowed to do this.");
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
