import { GraphQLDateTime } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";
import type { Passkey } from "./passkey.entity.js";

/** A passkey as GraphQL shows it. */
@ObjectType("Passkey", {
  description: "A key on the user's device, or in their password manager, that logs in without a password.",
})
export class PasskeyView {
  @Field(() => ID, { description: "For `renamePasskey` and `removePasskey`." })
  readonly id!: string;

  @Field({ description: "By what its user tells it from the others." })
  readonly name!: string;

  @Field(() => GraphQLDateTime, { description: "When it was added." })
  readonly createdAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: "When it last logged in or confirmed a login; null: never.",
  })
  readonly lastUsedAt!: Date | null;

  @Field({
    description:
      "Whether it was copied to an account of its provider when it was last used: then it outlives its device.",
  })
  readonly isBackedUp!: boolean;

  constructor(passkey: PasskeyView) {
    Object.assign(this, passkey);
  }

  static of({ id, name, createdAt, lastUsedAt, isBackedUp }: PasskeyView | Passkey): PasskeyView {
    return new PasskeyView({ id, name, createdAt, lastUsedAt, isBackedUp });
  }
}
