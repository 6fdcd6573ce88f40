import { Field, InterfaceType, registerEnumType } from "type-graphql";

export enum AuthErrorCode {
  INVALID_INPUT = "INVALID_INPUT",
  INVALID_CREDENTIALS = "INVALID_CREDENTIALS",
  INVALID_CODE = "INVALID_CODE",
  INVALID_TOKEN = "INVALID_TOKEN",
  INVALID_PASSKEY = "INVALID_PASSKEY",
  MFA_REQUIRED = "MFA_REQUIRED",
  EMAIL_NOT_VERIFIED = "EMAIL_NOT_VERIFIED",
  ACCOUNT_DISABLED = "ACCOUNT_DISABLED",
  SIGNUP_DISABLED = "SIGNUP_DISABLED",
  TOO_MANY_ATTEMPTS = "TOO_MANY_ATTEMPTS",
}

registerEnumType(AuthErrorCode, {
  name: "AuthErrorCode",
  description: "One stable code per expected error, for translations and tests.",
  valuesConfig: {
    INVALID_INPUT: { description: "See `InvalidInput`." },
    INVALID_CREDENTIALS: { description: "See `InvalidCredentials`." },
    INVALID_CODE: { description: "See `InvalidCode`." },
    INVALID_TOKEN: { description: "See `InvalidToken`." },
    INVALID_PASSKEY: { description: "See `InvalidPasskey`." },
    MFA_REQUIRED: { description: "See `MfaRequired`." },
    EMAIL_NOT_VERIFIED: { description: "See `EmailNotVerified`." },
    ACCOUNT_DISABLED: { description: "See `AccountDisabled`." },
    SIGNUP_DISABLED: { description: "See `SignupDisabled`." },
    TOO_MANY_ATTEMPTS: { description: "See `TooManyAttempts`." },
  },
});

/** An outcome that a form has to show to a person: returned, never thrown. */
@InterfaceType({
  description:
    "An expected outcome that a form shows to a person. Every member of a result union that is not a success " +
    "implements it, so `... on AuthError { code message }` also handles errors added later.",
})
export abstract class AuthError {
  @Field(() => AuthErrorCode, { description: "Stable; use it as a translation key." })
  readonly code: AuthErrorCode;

  @Field({ description: "A sentence in English that may be shown as it is." })
  readonly message: string;

  protected constructor(code: AuthErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}
