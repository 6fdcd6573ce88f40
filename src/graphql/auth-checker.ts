import type { AuthCheckerFn } from "type-graphql";
import type { RequestContext } from "../context.js";
import { AppError, unauthenticated } from "../lib/app-error.js";
import type { SessionService } from "../modules/session/session.service.js";
import type { Role } from "../modules/user/user.types.js";

/**
 * What `@Authorized()` and `@Authorized(Role.ADMIN)` ask. The session and its user are read with the request, so
 * that ending one, disabling or demoting takes effect at once, whatever the token still says.
 *
 * It throws by itself: TypeGraphQL would call both refusals the same.
 */
export function createAuthChecker(sessionService: SessionService): AuthCheckerFn<RequestContext, Role> {
  return async ({ context: ctx, info }, roles) => {
    const { credential } = ctx;
    if (!credential.valid) throw unauthenticated(credential.reason);
    // The fields of a mutation run one after another, and one may have ended the session of the next. Those of a
    // query run together and share one look.
    const isMutation = info.operation.operation === "mutation";
    if (isMutation || ctx.viewerLookup === undefined)
      ctx.viewerLookup = sessionService.findViewer(credential);
    ctx.viewer = await ctx.viewerLookup;
    const { viewer } = ctx;
    if (viewer === null) throw unauthenticated("SESSION_REVOKED");
    if (roles.length > 0 && !roles.includes(viewer.user.role)) {
      throw new AppError("FORBIDDEN", "Your account may not do this.");
    }
    return true;
  };
}
