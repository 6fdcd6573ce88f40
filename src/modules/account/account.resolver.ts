import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import { Public } from "../../lib/public-operation.js";
import { TokenDelivery } from "../session/auth-payload.types.js";
import { LoginInput, ReauthenticateInput, SignupInput } from "./account.inputs.js";
import { LoginResult, ReauthenticateResult, SignupResult } from "./account.results.js";
import type { AccountService } from "./account.service.js";
import { AuthSettings } from "./auth-settings.types.js";

@Resolver()
export class AccountResolver {
  constructor(
    private readonly accountService: AccountService,
    private readonly settings: AuthSettings,
  ) {}

  @Public()
  @Query(() => AuthSettings, {
    description: "What the forms of this server have to offer and ask. Open to everybody.",
  })
  authSettings(): AuthSettings {
    return this.settings;
  }

  @Public()
  @Mutation(() => SignupResult, {
    description: "Makes an account and opens its first session. Open to everybody where `signupEnabled`.",
  })
  signup(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => SignupInput, { description: "The new account." }) input: SignupInput,
  ): Promise<typeof SignupResult> {
    this.#refuseCookieDelivery(input);
    return this.accountService.signup(ctx, input);
  }

  @Public()
  @Mutation(() => LoginResult, {
    description:
      "Opens a new session. An unknown account and a wrong password are answered alike. Open to everybody.",
  })
  login(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => LoginInput, { description: "The credentials." }) input: LoginInput,
  ): Promise<typeof LoginResult> {
    this.#refuseCookieDelivery(input);
    return this.accountService.login(ctx, input);
  }

  @Authorized()
  @Mutation(() => ReauthenticateResult, {
    description:
      "Proves once more who is there, before an operation that asks for a recent login " +
      "(`REAUTHENTICATION_REQUIRED`). Needs a login.",
  })
  reauthenticate(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => ReauthenticateInput, { description: "What proves it." }) input: ReauthenticateInput,
  ): Promise<typeof ReauthenticateResult> {
    return this.accountService.reauthenticate(ctx, requireViewer(ctx), input);
  }

  #refuseCookieDelivery({ tokenDelivery }: { tokenDelivery: TokenDelivery }): void {
    if (tokenDelivery !== TokenDelivery.COOKIE || this.settings.cookieDeliveryEnabled) return;
    throw new AppError("BAD_USER_INPUT", "This server does not offer cookie delivery: see authSettings.");
  }
}
