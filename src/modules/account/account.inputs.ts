import { Field, InputType } from "type-graphql";
import { PasskeyAnswerInput } from "../passkey/passkey.inputs.js";
import { TokenDelivery } from "../session/auth-payload.types.js";

const tokenDeliveryField = {
  defaultValue: TokenDelivery.BODY,
  description: "How the refresh token is delivered.",
};

@InputType({ description: "A new account." })
export class SignupInput {
  @Field({ description: "Unique, ignoring case." })
  readonly email!: string;

  @Field({ description: "Any characters are allowed; see `authSettings` for the length limits." })
  readonly password!: string;

  @Field(() => String, {
    nullable: true,
    description: "When given, it must equal `password` (`MISMATCH`).",
  })
  readonly passwordConfirmation?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "3 to 32 letters, digits, inner dots, hyphens and underscores. Unique, ignoring case.",
  })
  readonly username?: string | null;

  @Field(() => String, { nullable: true, description: "Full name for display, at most 200 characters." })
  readonly name?: string | null;

  @Field(() => TokenDelivery, tokenDeliveryField)
  readonly tokenDelivery!: TokenDelivery;
}

@InputType({ description: "Credentials." })
export class LoginInput {
  @Field({ description: "The email address or the username, in any letter case." })
  readonly identifier!: string;

  @Field({ description: "The password, exactly as it was chosen." })
  readonly password!: string;

  @Field(() => String, {
    nullable: true,
    description: "A code from the authenticator app or a recovery code, once `MfaRequired` has asked for it.",
  })
  readonly code?: string | null;

  @Field(() => TokenDelivery, tokenDeliveryField)
  readonly tokenDelivery!: TokenDelivery;
}

@InputType({
  description:
    "Proof that the account's owner is still present: what a login takes. Either the password, with a code where a second " +
    "factor is on, or a passkey, which stands for both.",
})
export class ReauthenticateInput {
  @Field(() => String, { nullable: true, description: "The password." })
  readonly password?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A code from the authenticator app or a recovery code, where a second factor is on.",
  })
  readonly code?: string | null;

  @Field(() => PasskeyAnswerInput, {
    nullable: true,
    description: "The answer to `startPasskeyReauthentication`. With it the other fields are not looked at.",
  })
  readonly passkey?: PasskeyAnswerInput | null;
}
