import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Public } from "../../lib/public-operation.js";
import { ChangePasswordInput, ResetPasswordInput } from "./password.inputs.js";
import { ChangePasswordResult, ResetPasswordResult } from "./password.results.js";
import type { PasswordService } from "./password.service.js";

@Resolver()
export class PasswordResolver {
  constructor(private readonly passwordService: PasswordService) {}

  @Authorized()
  @CredentialOperation()
  @Mutation(() => ChangePasswordResult, {
    description:
      "Gives the account another password and ends its other sessions. Counts as a recent login, unless a second factor is " +
      "on. Requires login.",
  })
  changePassword(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => ChangePasswordInput, { description: "Both passwords." }) input: ChangePasswordInput,
  ): Promise<typeof ChangePasswordResult> {
    return this.passwordService.change(ctx, requireViewer(ctx), input);
  }

  @Public()
  @Mutation(() => Boolean, {
    description:
      "Sends a link to set a new password with, where the address has an account. Always true, so that nobody learns " +
      "which addresses have one. Too often for one address: `RATE_LIMITED`. Public.",
  })
  requestPasswordReset(
    @Ctx() ctx: RequestContext,
    @Arg("email", () => String, { description: "The address of the account." }) email: string,
  ): Promise<boolean> {
    return this.passwordService.requestReset(ctx, email);
  }

  @Public()
  @CredentialOperation()
  @Mutation(() => ResetPasswordResult, {
    description:
      "Spends the link of a mail on a new password and ends all sessions of the account. It verifies the address, logs " +
      "nobody in, and changes nothing about a second factor. Where the address was not verified before, it removes the " +
      "passkeys. Public.",
  })
  resetPassword(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => ResetPasswordInput, { description: "The link's token and the new password." })
    input: ResetPasswordInput,
  ): Promise<typeof ResetPasswordResult> {
    return this.passwordService.reset(ctx, input);
  }
}
