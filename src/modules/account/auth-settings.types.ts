import { Field, Int, ObjectType, registerEnumType } from "type-graphql";

export enum EmailVerificationPolicy {
  OFF = "OFF",
  OPTIONAL = "OPTIONAL",
  REQUIRED = "REQUIRED",
}

registerEnumType(EmailVerificationPolicy, {
  name: "EmailVerificationPolicy",
  description: "How unverified addresses are treated.",
  valuesConfig: {
    OFF: { description: "Addresses are not verified." },
    OPTIONAL: { description: "A mail asks for verification; the account works without." },
    REQUIRED: { description: "The first login has to wait for the verification." },
  },
});

@ObjectType({ description: "What a client needs to build its forms. Nothing in it is secret." })
export class AuthSettings {
  @Field({ description: "Whether people can sign up by themselves." })
  readonly signupEnabled!: boolean;

  @Field(() => EmailVerificationPolicy, { description: "Whether addresses are verified." })
  readonly emailVerification!: EmailVerificationPolicy;

  @Field(() => Int, { description: "Minimum password length, in code points." })
  readonly passwordMinLength!: number;

  @Field(() => Int, { description: "Maximum password length, in code points." })
  readonly passwordMaxLength!: number;

  @Field({ description: "Whether passkeys can be registered and used." })
  readonly passkeysEnabled!: boolean;

  @Field({ description: "Whether `TokenDelivery.COOKIE` is offered." })
  readonly cookieDeliveryEnabled!: boolean;
}
