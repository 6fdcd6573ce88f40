import { Field, ObjectType, registerEnumType } from "type-graphql";
import { AuthError, AuthErrorCode } from "./auth-error.types.js";

export enum InvalidTokenReason {
  MALFORMED = "MALFORMED",
  EXPIRED = "EXPIRED",
  USED = "USED",
  REVOKED = "REVOKED",
}

registerEnumType(InvalidTokenReason, {
  name: "InvalidTokenReason",
  description: "Why a refresh token or a mail link was not accepted.",
  valuesConfig: {
    MALFORMED: { description: "It was not issued here, is incomplete, or is missing." },
    EXPIRED: { description: "It has expired." },
    USED: {
      description:
        "It was used before. For a refresh token this means that a copy of it may be in other hands: its session " +
        "has been ended.",
    },
    REVOKED: { description: "The session or request it belongs to has ended." },
  },
});

const messages: Record<InvalidTokenReason, string> = {
  MALFORMED: "This token is not valid.",
  EXPIRED: "This token has expired.",
  USED: "This token has been used before.",
  REVOKED: "This token has been revoked.",
};

@ObjectType({
  implements: AuthError,
  description: "The token is not accepted: log in, or ask for a new link.",
})
export class InvalidToken extends AuthError {
  @Field(() => InvalidTokenReason, { description: "Why." })
  readonly reason: InvalidTokenReason;

  constructor(reason: InvalidTokenReason) {
    super(AuthErrorCode.INVALID_TOKEN, messages[reason]);
    this.reason = reason;
  }
}
