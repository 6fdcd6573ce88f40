import { Field, ObjectType, registerEnumType } from "type-graphql";
import { AuthError, AuthErrorCode } from "./auth-error.types.js";

export enum InvalidFieldCode {
  REQUIRED = "REQUIRED",
  TOO_SHORT = "TOO_SHORT",
  TOO_LONG = "TOO_LONG",
  MALFORMED = "MALFORMED",
  TAKEN = "TAKEN",
  COMMON_PASSWORD = "COMMON_PASSWORD",
  CONTAINS_IDENTITY = "CONTAINS_IDENTITY",
  MISMATCH = "MISMATCH",
  UNCHANGED = "UNCHANGED",
  NOT_FOUND = "NOT_FOUND",
  LAST_ADMIN = "LAST_ADMIN",
}

registerEnumType(InvalidFieldCode, {
  name: "InvalidFieldCode",
  description: "What is wrong with one field.",
  valuesConfig: {
    REQUIRED: { description: "It must not be empty." },
    TOO_SHORT: { description: "It has too few characters." },
    TOO_LONG: { description: "It has too many characters." },
    MALFORMED: { description: "It does not have the required format." },
    TAKEN: { description: "Another account already uses it." },
    COMMON_PASSWORD: { description: "It is one of the passwords that attackers try first." },
    CONTAINS_IDENTITY: {
      description: "The password contains the address, the username or this product's name.",
    },
    MISMATCH: { description: "It does not match the field it repeats." },
    UNCHANGED: { description: "It is unchanged." },
    NOT_FOUND: { description: "There is nothing by this id." },
    LAST_ADMIN: {
      description: "The account is the last active administrator: make somebody else one first.",
    },
  },
});

@ObjectType({ description: "One field of an input that was refused." })
export class InvalidField {
  @Field({ description: "The field's name in the input, such as `password`." })
  readonly field: string;

  @Field(() => InvalidFieldCode, { description: "Stable; use it as a translation key." })
  readonly code: InvalidFieldCode;

  @Field({ description: "A sentence in English that may be shown beside the field." })
  readonly message: string;

  constructor(field: string, code: InvalidFieldCode, message: string) {
    this.field = field;
    this.code = code;
    this.message = message;
  }
}

@ObjectType({
  implements: AuthError,
  description:
    "The input was refused and nothing was changed. Faulty fields are listed together; whether an address or username is taken shows once the rest is in order.",
})
export class InvalidInput extends AuthError {
  @Field(() => [InvalidField], { description: "What is wrong, field by field." })
  readonly fields: readonly InvalidField[];

  constructor(fields: readonly InvalidField[]) {
    super(AuthErrorCode.INVALID_INPUT, "Some fields need to be corrected.");
    this.fields = fields;
  }
}
