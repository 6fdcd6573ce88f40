import { Arg, Authorized, Ctx, ID, Int, Mutation, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { Role } from "../user/user.types.js";
import { UpdateUserInput } from "./administration.inputs.js";
import { UpdateUserResult } from "./administration.results.js";
import type { AdministrationService } from "./administration.service.js";

@Resolver()
export class AdministrationResolver {
  constructor(private readonly administrationService: AdministrationService) {}

  @Authorized(Role.ADMIN, RECENT_LOGIN)
  @Mutation(() => UpdateUserResult, {
    description:
      "Changes an account, your own included: the fields that are named, and only those. Either all of them or, with " +
      "`InvalidInput`, none; an unknown `id` is `NOT_FOUND`. Requires an administrator with a recent login.",
  })
  updateUser(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "Whose account, active or disabled." }) id: string,
    @Arg("input", () => UpdateUserInput, { description: "The fields to change." }) input: UpdateUserInput,
  ): Promise<typeof UpdateUserResult> {
    return this.administrationService.updateUser(ctx, { viewer: requireViewer(ctx), userId: id }, input);
  }

  @Authorized(Role.ADMIN, RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Deletes an account with everything that belongs to it, at once and for good, and tells its owner by mail. False " +
      "when there is none. For the last active administrator `FORBIDDEN` with the `reason` LAST_ADMIN. Requires an " +
      "administrator with a recent login.",
  })
  deleteUser(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "Whose account, active or disabled." }) id: string,
  ): Promise<boolean> {
    return this.administrationService.deleteUser(ctx, { viewer: requireViewer(ctx), userId: id });
  }

  @Authorized(Role.ADMIN)
  @Mutation(() => Int, {
    description:
      "Ends all sessions of a user, at once, and returns how many were ended: 0 also when there is no such user. With " +
      "your own id it ends the one you ask from, too. Requires an administrator.",
  })
  revokeUserSessions(
    @Ctx() ctx: RequestContext,
    @Arg("userId", () => ID, { description: "Whose sessions." }) userId: string,
  ): Promise<number> {
    return this.administrationService.revokeSessions(ctx, { viewer: requireViewer(ctx), userId });
  }

  @Authorized(Role.ADMIN, RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Turns off the second factor of somebody who has lost it and their recovery codes, and tells them by mail: the password " +
      "alone logs in then. Make sure first that it is them who asks. True when it was on. Requires an administrator with a " +
      "recent login.",
  })
  disableUserTotp(
    @Ctx() ctx: RequestContext,
    @Arg("userId", () => ID, { description: "Whose second factor." }) userId: string,
  ): Promise<boolean> {
    return this.administrationService.disableTotp(ctx, { viewer: requireViewer(ctx), userId });
  }

  @Authorized(Role.ADMIN)
  @Mutation(() => Boolean, {
    description:
      "Sends the user a link to set a new password, as `requestPasswordReset` does; its limits do not apply. True when " +
      "the mail is to leave, which says nothing of its arrival. False when there is no such account, it is disabled, or " +
      "the server sends no mail. Requires an administrator.",
  })
  sendPasswordReset(
    @Ctx() ctx: RequestContext,
    @Arg("userId", () => ID, { description: "Who gets the link." }) userId: string,
  ): Promise<boolean> {
    return this.administrationService.sendPasswordReset(ctx, { viewer: requireViewer(ctx), userId });
  }
}
