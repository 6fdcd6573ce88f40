import { Field, InputType } from "type-graphql";

@InputType({ description: "A new password instead of the current one." })
export class ChangePasswordInput {
  @Field({ description: "The password of today." })
  readonly currentPassword!: string;

  @Field({ description: "Any characters are allowed; see `authSettings` for the length limits." })
  readonly newPassword!: string;
}

@InputType({ description: "A new password for whoever holds the link of a mail." })
export class ResetPasswordInput {
  @Field({ description: "What the link has behind `?token=`." })
  readonly token!: string;

  @Field({ description: "Any characters are allowed; see `authSettings` for the length limits." })
  readonly newPassword!: string;
}
