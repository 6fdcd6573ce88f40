import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, InputType } from "type-graphql";
import { TokenDelivery } from "../session/auth-payload.types.js";

@InputType({ description: "The answer of a passkey." })
export class PasskeyAnswerInput {
  @Field(() => ID, { description: "As `PasskeyCeremony` has it." })
  readonly ceremonyId!: string;

  @Field(() => GraphQLJSON, {
    description: "What the browser gave: `toJSON()` of the credential. Base64url without padding throughout.",
  })
  readonly response!: unknown;
}

@InputType({ description: "A new passkey." })
export class FinishPasskeyRegistrationInput extends PasskeyAnswerInput {
  @Field(() => String, {
    nullable: true,
    description:
      'At most 100 characters. Left out, it is called after the client, such as "Firefox on Linux".',
  })
  readonly name?: string | null;
}

@InputType({ description: "The answer of a passkey, to log in with." })
export class FinishPasskeyLoginInput extends PasskeyAnswerInput {
  @Field(() => TokenDelivery, {
    defaultValue: TokenDelivery.BODY,
    description: "How the refresh token is delivered.",
  })
  readonly tokenDelivery!: TokenDelivery;
}
