import { Field, InputType } from "type-graphql";
import { UpdateProfileInput } from "../user/profile.inputs.js";
import { Role, UserStatus } from "../user/user.types.js";

@InputType({
  description:
    "What to change of an account. A field that is left out stays as it is; null clears one of the profile, and is " +
    "refused for the others (`REQUIRED`).",
})
export class UpdateUserInput extends UpdateProfileInput {
  @Field(() => Role, {
    nullable: true,
    description:
      "From the next request on. The last active administrator stays one (`LAST_ADMIN`). Other services that verify " +
      "access tokens go by the `role` in them until they expire.",
  })
  readonly role?: Role | null;

  @Field(() => UserStatus, {
    nullable: true,
    description:
      "DISABLED ends all sessions and the links in mails that set a password or an address; ACTIVE brings none of them " +
      "back. Not for the last active administrator (`LAST_ADMIN`).",
  })
  readonly status?: UserStatus | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the owner is taken to receive mail at the address.",
  })
  readonly emailVerified?: boolean | null;
}
