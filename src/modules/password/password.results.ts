import { createUnionType, Field, Int, ObjectType } from "type-graphql";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidToken } from "../auth-error/invalid-token.types.js";
import { InvalidCredentials, TooManyAttempts } from "../auth-error/login-errors.types.js";

@ObjectType({ description: "The account has a new password." })
export class PasswordChanged {
  @Field(() => Int, { description: "How many sessions were ended by it." })
  readonly revokedSessions: number;

  constructor(revokedSessions: number) {
    this.revokedSessions = revokedSessions;
  }
}

export const ChangePasswordResult = createUnionType({
  name: "ChangePasswordResult",
  description: "The password was changed, or why not.",
  types: () => [PasswordChanged, InvalidCredentials, InvalidInput, TooManyAttempts] as const,
});

export const ResetPasswordResult = createUnionType({
  name: "ResetPasswordResult",
  description:
    "The password was set, or why not. After `InvalidInput` the link is still good; after `InvalidToken` ask for a " +
    "new one.",
  types: () => [PasswordChanged, InvalidToken, InvalidInput] as const,
});
