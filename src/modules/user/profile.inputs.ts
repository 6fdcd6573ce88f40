import { Field, InputType } from "type-graphql";

/** What a person may change of their own account: standard claims of OIDC Core §5.1, and nothing else. */
@InputType({
  description:
    "What to change of your own profile. A field that is left out stays as it is; null clears it. What is " +
    "accepted is stored exactly as it was given.",
})
export class UpdateProfileInput {
  @Field(() => String, {
    nullable: true,
    description:
      "3 to 32 letters, digits, inner dots, hyphens and underscores. Unique, ignoring case (`TAKEN`); the case of one's " +
      "own may be changed. Cleared, the address alone logs in.",
  })
  readonly username?: string | null;

  @Field(() => String, { nullable: true, description: "Full name for display, at most 200 characters." })
  readonly name?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "URL of a picture, `https:` or `http:`, without a user name or password, at most 2048 characters. It is " +
      "stored, never fetched.",
  })
  readonly picture?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "3 to 15 digits, with spaces, dots, hyphens, slashes and parentheses between them if you like; with a leading " +
      "plus sign and country code (E.164) it works everywhere. An extension follows as `;ext=123`. At most 32 characters.",
  })
  readonly phoneNumber?: string | null;

  @Field(() => String, { nullable: true, description: "In the person's own words, at most 100 characters." })
  readonly gender?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A language tag (BCP 47) such as `en` or `pt-BR`, at most 35 characters.",
  })
  readonly locale?: string | null;
}
