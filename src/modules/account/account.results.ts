import { createUnionType } from "type-graphql";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import {
  AccountDisabled,
  EmailNotVerified,
  InvalidCode,
  InvalidCredentials,
  InvalidPasskey,
  MfaRequired,
  SignupDisabled,
  TooManyAttempts,
} from "../auth-error/login-errors.types.js";
import { EmailVerificationSent } from "../email/email.results.js";
import { AuthPayload } from "../session/auth-payload.types.js";
import { SessionView } from "../session/session.view.js";

export const SignupResult = createUnionType({
  name: "SignupResult",
  description: "The open session of the new account, or why there is none.",
  types: () => [AuthPayload, EmailVerificationSent, InvalidInput, SignupDisabled, TooManyAttempts] as const,
});

export const LoginResult = createUnionType({
  name: "LoginResult",
  description: "An open session, or what a login form has to show.",
  types: () =>
    [
      AuthPayload,
      MfaRequired,
      InvalidCredentials,
      InvalidCode,
      InvalidPasskey,
      EmailNotVerified,
      AccountDisabled,
      TooManyAttempts,
    ] as const,
});

export const ReauthenticateResult = createUnionType({
  name: "ReauthenticateResult",
  description: "The session, freshly authenticated, or why it is not.",
  types: () =>
    [SessionView, InvalidCredentials, MfaRequired, InvalidCode, InvalidPasskey, TooManyAttempts] as const,
});
