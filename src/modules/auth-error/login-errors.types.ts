import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { AuthError, AuthErrorCode } from "./auth-error.types.js";

export enum MfaMethod {
  TOTP = "TOTP",
  RECOVERY_CODE = "RECOVERY_CODE",
}

registerEnumType(MfaMethod, {
  name: "MfaMethod",
  description: "What may serve as the second factor.",
  valuesConfig: {
    TOTP: { description: "The current code of an authenticator app." },
    RECOVERY_CODE: { description: "One of the recovery codes, each good once." },
  },
});

@ObjectType({
  implements: AuthError,
  description:
    "No account has this identifier and password together. Which of the two is wrong is deliberately not revealed.",
})
export class InvalidCredentials extends AuthError {
  constructor(message = "The address, username or password is wrong.") {
    super(AuthErrorCode.INVALID_CREDENTIALS, message);
  }
}

@ObjectType({
  implements: AuthError,
  description: "The second-factor or recovery code is wrong or was used before.",
})
export class InvalidCode extends AuthError {
  constructor(message = "The code is wrong or was used before.") {
    super(AuthErrorCode.INVALID_CODE, message);
  }
}

@ObjectType({ implements: AuthError, description: "The passkey's answer could not be verified." })
export class InvalidPasskey extends AuthError {
  constructor(message = "The passkey could not be verified.") {
    super(AuthErrorCode.INVALID_PASSKEY, message);
  }
}

@ObjectType({
  implements: AuthError,
  description:
    "The password is right and a second factor is on: ask for a code, and send it together with the password.",
})
export class MfaRequired extends AuthError {
  @Field(() => [MfaMethod], { description: "What the code may be." })
  readonly methods: readonly MfaMethod[];

  constructor(methods: readonly MfaMethod[]) {
    super(AuthErrorCode.MFA_REQUIRED, "Enter a code from your authenticator app, or a recovery code.");
    this.methods = methods;
  }
}

@ObjectType({
  implements: AuthError,
  description: "The password is right, but the address has to be verified before the first login.",
})
export class EmailNotVerified extends AuthError {
  constructor() {
    super(
      AuthErrorCode.EMAIL_NOT_VERIFIED,
      "Verify your address first, using the link in the mail we sent you.",
    );
  }
}

@ObjectType({ implements: AuthError, description: "The password is right, but the account was disabled." })
export class AccountDisabled extends AuthError {
  constructor() {
    super(AuthErrorCode.ACCOUNT_DISABLED, "This account has been disabled.");
  }
}

@ObjectType({ implements: AuthError, description: "Signup is closed on this server." })
export class SignupDisabled extends AuthError {
  constructor() {
    super(AuthErrorCode.SIGNUP_DISABLED, "Signup is disabled on this server.");
  }
}

@ObjectType({
  implements: AuthError,
  description: "Too many failed attempts. Correct credentials have to wait too.",
})
export class TooManyAttempts extends AuthError {
  @Field(() => Int, { description: "Seconds until the next attempt is accepted." })
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(AuthErrorCode.TOO_MANY_ATTEMPTS, "Too many attempts. Wait a little and try again.");
    this.retryAfter = retryAfter;
  }
}
