import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from "type-graphql";
import { type RequestContext, requireViewer } from "../../context.js";
import { CredentialOperation } from "../../lib/credential-operation.js";
import { Personal } from "../../lib/field-access.js";
import { RECENT_LOGIN } from "../../lib/recent-login.js";
import { UserView } from "../user/user.view.js";
import { FinishPasskeyRegistrationInput } from "./passkey.inputs.js";
import { FinishPasskeyRegistrationResult } from "./passkey.results.js";
import type { PasskeyService } from "./passkey.service.js";
import { PasskeyCeremony } from "./passkey.types.js";
import { PasskeyView } from "./passkey.view.js";
import type { PasskeyAssertions } from "./passkey-assertions.js";

@Resolver()
export class PasskeyResolver {
  constructor(
    private readonly passkeyService: PasskeyService,
    private readonly passkeyAssertions: PasskeyAssertions,
  ) {}

  @Authorized(RECENT_LOGIN)
  @Mutation(() => PasskeyCeremony, {
    description:
      "What to hand to `navigator.credentials.create()`, for `finishPasskeyRegistration`. `BAD_USER_INPUT` where " +
      "`AuthSettings.passkeysEnabled` is false, or the account has 50 passkeys already. Requires a recent login.",
  })
  startPasskeyRegistration(@Ctx() ctx: RequestContext): Promise<PasskeyCeremony> {
    return this.passkeyService.startRegistration(ctx, requireViewer(ctx));
  }

  @Authorized(RECENT_LOGIN)
  @CredentialOperation()
  @Mutation(() => FinishPasskeyRegistrationResult, {
    description:
      "Adds the passkey that the browser has made. The owner is told by mail. Requires a recent login.",
  })
  finishPasskeyRegistration(
    @Ctx() ctx: RequestContext,
    @Arg("input", () => FinishPasskeyRegistrationInput, {
      description: "The browser's answer, and a name for the passkey.",
    })
    input: FinishPasskeyRegistrationInput,
  ): Promise<typeof FinishPasskeyRegistrationResult> {
    return this.passkeyService.finishRegistration(ctx, requireViewer(ctx), input);
  }

  @Authorized()
  @Mutation(() => PasskeyCeremony, {
    description:
      "What to hand to `navigator.credentials.get()` to prove by a passkey of one's own who is there, for " +
      "`reauthenticate(input: { passkey })`. `BAD_USER_INPUT` where `AuthSettings.passkeysEnabled` is false, or you have no " +
      "passkey. Requires login.",
  })
  startPasskeyReauthentication(@Ctx() ctx: RequestContext): Promise<PasskeyCeremony> {
    return this.passkeyAssertions.startReauthentication(ctx, requireViewer(ctx));
  }

  @Authorized()
  @Mutation(() => PasskeyView, {
    nullable: true,
    description:
      "Gives one of your own passkeys another name. Null when you have no such passkey; `BAD_USER_INPUT` for a name that is " +
      "empty, has more than 100 characters or control characters. Requires login.",
  })
  renamePasskey(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "From `User.passkeys`." }) id: string,
    @Arg("name", () => String, { description: "At most 100 characters." }) name: string,
  ): Promise<PasskeyView | null> {
    return this.passkeyService.rename(ctx, requireViewer(ctx), { id, name });
  }

  @Authorized(RECENT_LOGIN)
  @Mutation(() => Boolean, {
    description:
      "Removes one of your own passkeys: it does not log in any more. False when you have no such passkey; `FORBIDDEN` with " +
      "the `reason` LAST_WAY_IN when nothing else logs in to the account. The owner is told by mail. Requires a recent login.",
  })
  removePasskey(
    @Ctx() ctx: RequestContext,
    @Arg("id", () => ID, { description: "From `User.passkeys`." }) id: string,
  ): Promise<boolean> {
    return this.passkeyService.remove(ctx, requireViewer(ctx), id);
  }
}

@Resolver(() => UserView)
export class UserPasskeysResolver {
  @Personal()
  @FieldResolver(() => [PasskeyView], {
    description: "The passkeys that log in to the account, newest first.",
  })
  passkeys(@Root() user: UserView, @Ctx() ctx: RequestContext): Promise<readonly PasskeyView[]> {
    return ctx.loaders.passkeysByUserId.load(user.id);
  }
}
