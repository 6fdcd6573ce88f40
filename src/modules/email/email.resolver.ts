import { Arg, Authorized, Ctx, Mutation, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Public } from "../../lib/public-operation.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { RequestEmailChangeResult, VerifyEmailResult } from "./email.results.js";
import type { EmailService } from "./email.service.js";

@Resolver()
export class EmailResolver {
  constructor(private readonly emailService: EmailService) {}

  @Public()
  @Mutation(() => Boolean, {
    description:
      "Sends a verification link, where there is anything to verify: an account or a signup. Always true, so that " +
      "nobody learns which addresses have an account. Too often for one address: `RATE_LIMITED`. Public.",
  })
  requestEmailVerification(
    @Ctx() ctx: RequestContext,
    @Arg("email", () => String, { description: "The address to be verified." }) email: string,
  ): Promise<boolean> {
    return this.emailService.requestVerification(ctx, email);
  }

  @Public()
  @CredentialOperation()
  @Mutation(() => VerifyEmailResult, {
    description:
      "Spends the link of a mail: it verifies an address, completes a signup or confirms a change of address, and logs " +
      "nobody in. Public.",
  })
  verifyEmail(
    @Ctx() ctx: RequestContext,
    @Arg("token", () => String, { description: "What the link has behind `?token=`." }) token: string,
  ): Promise<typeof VerifyEmailResult> {
    return this.emailService.verify(ctx, token);
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => RequestEmailChangeResult, {
    description:
      "Sends a link to the new address. `verifyEmail` with it changes the address; until then the old one stays. Requires " +
      "a recent login.",
  })
  requestEmailChange(
    @Ctx() ctx: RequestContext,
    @Arg("newEmail", () => String, { description: "The address that the account is to have." })
    newEmail: string,
  ): Promise<typeof RequestEmailChangeResult> {
    return this.emailService.requestChange(ctx, requireViewer(ctx), newEmail);
  }
}
