import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { AppError } from "../../lib/app-error.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Public } from "../../lib/public-operation.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { FinishPasskeyLoginInput } from "../passkey/passkey.inputs.js";
import { PasskeyCeremony } from "../passkey/passkey.types.js";
import { TokenDelivery } from "../session/auth-payload.types.js";
import { LoginInput, ReauthenticateInput, SignupInput } from "./account.inputs.js";
import { LoginResult, ReauthenticateResult, SignupResult } from "./account.results.js";
import { AuthSettings } from "./auth-settings.types.js";
import type { DeletionService } from "./deletion.service.js";
import type { LoginService } from "./login.service.js";
import type { PasskeyLoginService } from "./passkey-login.service.js";
import type { PasswordRemovalService } from "./password-removal.service.js";
import type { ReauthenticationService } from "./reauthentication.service.js";
import type { SignupService } from "./signup.service.js";

interface AccountServices {
  readonly signupService: SignupService;
  readonly loginService: LoginService;
  readonly passkeyLoginService: PasskeyLoginService;
  readonly reauthenticationService: ReauthenticationService;
  readonly passwordRemovalService: PasswordRemovalService;
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
    description:
      "Opens a new session. An unknown account and a wrong password get the same answer. Where a second factor is on, " +
      "the right password alone is answered with `MfaRequired`: log in again, with the password and a `code`. Public.",
  })
  login(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => LoginInput, { description: "The credentials." }) input: LoginInput,
  ): Promise<typeof LoginResult> {
    this.#refuseCookieDelivery(input);
    return this.services.loginService.login(ctx, input);
  }

  @Public()
  @Mutation(() => PasskeyCeremony, {
    description:
      "What to hand to `navigator.credentials.get()` to log in with a passkey; nobody has to say first who they are. " +
      "Asking for it changes nothing, so a login page may do so whenever it is opened. `BAD_USER_INPUT` where " +
      "`AuthSettings.passkeysEnabled` is false. Public.",
  })
  startPasskeyLogin(): Promise<PasskeyCeremony> {
    return this.services.passkeyLoginService.start();
  }

  @Public()
  @CredentialOperation()
  @Mutation(() => LoginResult, {
    description:
      "Opens a new session for the owner of a passkey. It stands for two factors, so no code is asked for. Public.",
  })
  finishPasskeyLogin(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => FinishPasskeyLoginInput, { description: "What the browser has answered." })
    input: FinishPasskeyLoginInput,
  ): Promise<typeof LoginResult> {
    this.#refuseCookieDelivery(input);
    return this.services.passkeyLoginService.finish(ctx, input);
  }

  @Authorized()
  @CredentialOperation()
  @Mutation(() => ReauthenticateResult, {
    description:
      "Confirms the user's identity again, before an operation that requires a recent login " +
      "(`REAUTHENTICATION_REQUIRED`). What to offer, `User.hasPassword` and `User.passkeys` tell. Requires login.",
  })
  reauthenticate(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => ReauthenticateInput, { description: "What proves it." }) input: ReauthenticateInput,
  ): Promise<typeof ReauthenticateResult> {
    return this.services.reauthenticationService.reauthenticate(ctx, requireViewer(ctx), input);
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Removes the password of your account, to which passkeys alone log in from now on, and ends its other sessions. True " +
      "when there was one; `requestPasswordReset` leads to another. Without a passkey it would be the last way in: " +
      "`FORBIDDEN` with the `reason` LAST_WAY_IN. Requires a recent login.",
  })
  removePassword(@Ctx() ctx: RequestContext): Promise<boolean> {
    return this.services.passwordRemovalService.remove(ctx, requireViewer(ctx));
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
