import { Arg, Authorized, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Personal } from "../../lib/field-access.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { UserView } from "../user/user.view.js";
import type { MfaService } from "./mfa.service.js";
import { ConfirmTotpSetupResult, RecoveryCodes, TotpSetup } from "./mfa.types.js";

@Resolver()
export class MfaResolver {
  constructor(private readonly mfaService: MfaService) {}

  @Authorized(RECENT_LOGIN)
  @Mutation(() => TotpSetup, {
    description:
      "Makes a secret for an authenticator app, good for half an hour; the latest one counts. Where a second factor is on " +
      "already, as with a new phone, that one works until the new one is confirmed. Requires a recent login.",
  })
  startTotpSetup(@Ctx() ctx: RequestContext): Promise<TotpSetup> {
    return this.mfaService.startTotpSetup(ctx, requireViewer(ctx));
  }

  @Authorized(RECENT_LOGIN)
  @CredentialOperation()
  @Mutation(() => ConfirmTotpSetupResult, {
    description:
      "Turns the second factor on with a code that the app shows, and answers the recovery codes. Your other sessions stay " +
      "open, but have to reauthenticate before what requires a recent login. Requires a recent login.",
  })
  confirmTotpSetup(
    @Ctx() ctx: RequestContext,
    @Arg("code", () => String, { description: "The six digits that the app shows. Spaces do not matter." })
    code: string,
  ): Promise<typeof ConfirmTotpSetupResult> {
    return this.mfaService.confirmTotpSetup(ctx, requireViewer(ctx), code);
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Turns the second factor off, and makes the recovery codes void. False when it was not on. The owner is told by mail. " +
      "Requires a recent login.",
  })
  disableTotp(@Ctx() ctx: RequestContext): Promise<boolean> {
    return this.mfaService.disableTotp(ctx, requireViewer(ctx));
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => RecoveryCodes, {
    description:
      "Makes new recovery codes in place of all earlier ones. Where no second factor is on: `BAD_USER_INPUT`. Requires a " +
      "recent login.",
  })
  regenerateRecoveryCodes(@Ctx() ctx: RequestContext): Promise<RecoveryCodes> {
    return this.mfaService.regenerateRecoveryCodes(ctx, requireViewer(ctx));
  }
}

@Resolver(() => UserView)
export class UserMfaResolver {
  @Personal()
  @FieldResolver(() => Int, {
    description:
      "How many recovery codes were not used yet; 0 where no second factor is on. When few are left, suggest " +
      "`regenerateRecoveryCodes`.",
  })
  recoveryCodesLeft(@Root() user: UserView, @Ctx() ctx: RequestContext): Promise<number> {
    return ctx.loaders.recoveryCodesLeftByUserId.load(user.id);
  }
}
