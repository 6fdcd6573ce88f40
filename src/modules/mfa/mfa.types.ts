import { createUnionType, Field, ObjectType } from "type-graphql";
import { InvalidCode, TooManyAttempts } from "../auth-error/login-errors.types.js";

@ObjectType({
  description: "What an authenticator app needs to know. Shown once; nothing is on until `confirmTotpSetup`.",
})
export class TotpSetup {
  @Field({ description: "The secret in base32, for people who type it into their app." })
  readonly secret: string;

  @Field({ description: "An `otpauth://totp/` URI with the secret: on a phone, a link that opens the app." })
  readonly uri: string;

  @Field({
    description: "The same URI as a QR code: a data URI of an SVG image, for the `src` of an `<img>`.",
  })
  readonly qrCode: string;

  constructor(setup: TotpSetup) {
    this.secret = setup.secret;
    this.uri = setup.uri;
    this.qrCode = setup.qrCode;
  }
}

@ObjectType({
  description:
    "New recovery codes, which make all earlier ones void. They are shown this once: have the person keep them.",
})
export class RecoveryCodes {
  @Field(() => [String], {
    description:
      "Ten codes, each good once in place of a code from the app. Letter case and hyphens do not matter.",
  })
  readonly codes: readonly string[];

  constructor(codes: readonly string[]) {
    this.codes = codes;
  }
}

export const ConfirmTotpSetupResult = createUnionType({
  name: "ConfirmTotpSetupResult",
  description:
    "The second factor is on, and these are its recovery codes; or why it is not. `InvalidCode` also where no setup is under " +
    "way, or none any more: its `message` says which.",
  types: () => [RecoveryCodes, InvalidCode, TooManyAttempts] as const,
});
