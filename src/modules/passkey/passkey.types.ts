import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { GraphQLJSON } from "graphql-scalars";
import { Field, ID, ObjectType } from "type-graphql";

type CeremonyOptions = PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON;

@ObjectType({
  description:
    "What the browser is to be asked for. The answer is good for five minutes, once, and goes with `ceremonyId`.",
})
export class PasskeyCeremony {
  @Field(() => ID, { description: "Send it back with the browser's answer." })
  readonly ceremonyId: string;

  @Field(() => GraphQLJSON, {
    description:
      "For `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`, or `optionsJSON` of " +
      "@simplewebauthn/browser; the result goes to `navigator.credentials.create` or `get` as `publicKey`.",
  })
  readonly options: CeremonyOptions;

  constructor(ceremonyId: string, options: CeremonyOptions) {
    this.ceremonyId = ceremonyId;
    this.options = options;
  }
}
