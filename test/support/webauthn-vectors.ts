import type {
  AuthenticationResponse,
  RegistrationResponse,
} from "../../src/modules/passkey/credential-response.js";
import { RelyingParty } from "../../src/modules/passkey/relying-party.js";
import { readText } from "./repository.js";

type Hex = string;

interface PublishedVector {
  readonly id: string;
  readonly data?: { readonly attestation_ca_cert: Hex };
  readonly registration?: Readonly<
    Record<"challenge" | "credential_id" | "clientDataJSON" | "attestationObject", Hex>
  >;
  readonly authentication?: Readonly<
    Record<"challenge" | "authenticatorData" | "clientDataJSON" | "signature", Hex>
  >;
}

export interface Vector {
  readonly registration: { readonly challenge: string; readonly answer: RegistrationResponse };
  readonly authentication: { readonly challenge: string; readonly answer: AuthenticationResponse };
}

const published: readonly PublishedVector[] = JSON.parse(
  readText("test/vectors/webauthn-l3-test-vectors.json"),
).vectors;

const fromHex = (hex: Hex = ""): string => Buffer.from(hex, "hex").toString("base64url");

/** By what the standard calls them, without its prefix. */
export const VECTORS: ReadonlyMap<string, Vector> = new Map(
  published.flatMap(({ id, registration, authentication }) => {
    if (registration === undefined || authentication === undefined) return [];
    const credentialId = fromHex(registration.credential_id);
    const vector: Vector = {
      registration: {
        challenge: fromHex(registration.challenge),
        answer: {
          id: credentialId,
          clientDataJSON: fromHex(registration.clientDataJSON),
          attestationObject: fromHex(registration.attestationObject),
          transports: [],
        },
      },
      authentication: {
        challenge: fromHex(authentication.challenge),
        answer: {
          id: credentialId,
          clientDataJSON: fromHex(authentication.clientDataJSON),
          authenticatorData: fromHex(authentication.authenticatorData),
          signature: fromHex(authentication.signature),
          userHandle: null,
        },
      },
    };
    return [[id.replace("sctn-test-vectors-", ""), vector] as const];
  }),
);

/** What the attestations lead to, as X.509 in DER. */
export const ATTESTATION_ROOT = Uint8Array.from(
  Buffer.from(published.find(({ data }) => data !== undefined)?.data?.attestation_ca_cert ?? "", "hex"),
);

/** That of the vectors. */
export const relyingParty = (): RelyingParty =>
  new RelyingParty({
    serviceName: "Example",
    webauthn: { isEnabled: true, rpId: "example.org", origins: ["https://example.org"] },
  });
