import { createUnionType, Field, ObjectType } from "type-graphql";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidToken } from "../auth-error/invalid-token.types.js";
import { TooManyAttempts } from "../auth-error/login-errors.types.js";

@ObjectType({
  description:
    "A mail with a verification link goes to this address, if it can be verified. Where it is taken, its owner is told " +
    "instead, and nothing here says so.",
})
export class EmailVerificationSent {
  @Field({ description: "The address, as it was given." })
  readonly email: string;

  constructor(email: string) {
    this.email = email;
  }
}

@ObjectType({ description: "The address is verified: its owner receives mail there." })
export class EmailVerified {
  @Field({ description: "The address. After a change of address it is the new one." })
  readonly email: string;

  constructor(email: string) {
    this.email = email;
  }
}

export const VerifyEmailResult = createUnionType({
  name: "VerifyEmailResult",
  description: "The verified address, or why the link is no good.",
  types: () => [EmailVerified, InvalidToken] as const,
});

export const RequestEmailChangeResult = createUnionType({
  name: "RequestEmailChangeResult",
  description:
    "A link is on its way to the new address, or why not. Nothing is changed before it is followed.",
  types: () => [EmailVerificationSent, InvalidInput, TooManyAttempts] as const,
});
