import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Public } from "../../lib/public-operation.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { TokenDelivery } from "../session/auth-payload.types.js";
import { LoginInput, ReauthenticateInput, SignupInput } from "./account.inputs.js";
import { LoginResult, ReauthenticateResult, SignupResult } from "./account.results.js";
import type { AccountService } from "./account.service.js";
import { AuthSettings } from "./auth-settings.types.js";
import type { DeletionService } from "./deletion.service.js";
import type { SignupService } from "./signup.service.js";

interface AccountServices {
  readonly signupService: SignupService;
  readonly accountService: AccountService;
  readonly deletionService: DeletionService;
}

@Resolver()
export class AccountResolver {
  constructor(
    private readonly services: AccountServices,
    private readonly settings: AuthSettings,
  ) {}

  @Public()
  @Query(() => AuthSettings, {
    description: "What a client needs to build its signup and login forms. Public.",
  })
  authSettings(): AuthSettings {
    return this.settings;
  }

  @Public()
  @CredentialOperation()
  @Mutation(() => SignupResult, {
    description:
      "Creates an account and opens its first session. Where `emailVerification` is REQUIRED, the account begins when " +
      "the link in a mail is followed, and every signup in order is answered with `EmailVerificationSent`. Public, " +
      "where `signupEnabled`.",
  })
  signup(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => SignupInput, { description: "The new account." }) input: SignupInput,
  ): Promise<typeof SignupResult> {
    this.#refuseCookieDelivery(input);
    return this.services.signupService.signup(ctx, input);
  }

  @Public()
  @CredentialOperation()
  @Mutation(() => LoginResult, {
    description: "Opens a new session. An unknown account and a wrong password get the same answer. Public.",
  })
  login(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => LoginInput, { description: "The credentials." }) input: LoginInput,
  ): Promise<typeof LoginResult> {
    this.#refuseCookieDelivery(input);
    return this.services.accountService.login(ctx, input);
  }

  @Authorized()
  @CredentialOperation()
  @Mutation(() => ReauthenticateResult, {
    description:
      "Confirms the user's identity again, before an operation that requires a recent login " +
      "(`REAUTHENTICATION_REQUIRED`). Requires login.",
  })
  reauthenticate(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => ReauthenticateInput, { description: "What proves it." }) input: ReauthenticateInput,
  ): Promise<typeof ReauthenticateResult> {
    return this.services.accountService.reauthenticate(ctx, requireViewer(ctx), input);
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Deletes your account with everything that belongs to it, at once and for good. True when it was there. The last " +
      "active administrator gets `FORBIDDEN` with the `reason` LAST_ADMIN. Requires a recent login.",
  })
  deleteAccount(@Ctx() ctx: RequestContext): Promise<boolean> {
    return this.services.deletionService.deleteOwn(ctx, requireViewer(ctx));
  }

  #refuseCookieDelivery({ tokenDelivery }: { tokenDelivery: TokenDelivery }): void {
    if (tokenDelivery !== TokenDelivery.COOKIE || this.settings.cookieDeliveryEnabled) return;
    throw new AppError("BAD_USER_INPUT", "This server does not offer cookie delivery: see authSettings.");
  }
}
