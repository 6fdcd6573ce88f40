import { createUnionType } from "type-graphql";
import { InvalidInput } from "../auth-error/invalid-input.types.js";
import { InvalidPasskey } from "../auth-error/login-errors.types.js";
import { PasskeyView } from "./passkey.view.js";

export const FinishPasskeyRegistrationResult = createUnionType({
  name: "FinishPasskeyRegistrationResult",
  description:
    "The new passkey, or why there is none. After `InvalidInput` the same answer may be sent again with another name; after " +
    "`InvalidPasskey` start over. An account may have 50 passkeys: beyond that it is `InvalidPasskey`, too.",
  types: () => [PasskeyView, InvalidPasskey, InvalidInput] as const,
});
