import { MUTATIONS } from "../fuzz-case.js";
import type { Choices } from "./choices.js";
import { chooseJson } from "./json.js";

const REGISTRATION = { clientDataJSON: "createData", attestationObject: "attestation" } as const;
const ASSERTION = {
  clientDataJSON: "getData",
  authenticatorData: "authenticatorData",
  signature: "signature",
  userHandle: "userHandle",
} as const;

/** What a browser answers to a passkey ceremony: whole, with parts of it mutated, missing or of any other kind. */
export function chooseCredential(choices: Choices): unknown {
  if (choices.once(8)) return chooseJson(choices);
  const parts = choices.once(2) ? REGISTRATION : ASSERTION;
  const isRegistration = parts === REGISTRATION;
  const id = choosePart(choices, isRegistration ? "newCredential" : "credential");
  const response = Object.fromEntries(
    Object.entries(parts)
      .filter(() => !choices.once(20))
      .map(([name, part]) => [name, choosePart(choices, part)]),
  );
  return {
    id,
    rawId: choices.once(10) ? choosePart(choices, "credential") : id,
    type: choices.once(10) ? chooseJson(choices) : "public-key",
    response: choices.once(15) ? chooseJson(choices) : response,
    clientExtensionResults: choices.once(5) ? chooseJson(choices) : {},
    ...(choices.once(5) && { transports: chooseJson(choices) }),
  };
}

export function choosePart(choices: Choices, name: string): unknown {
  if (choices.once(20)) return chooseJson(choices);
  if (!choices.once(3)) return `{{${name}}}`;
  return `{{${name}:${choices.oneOf(MUTATIONS)}:${choices.below(1000)}}}`;
}
