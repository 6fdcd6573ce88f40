import { SettingsService } from "@simplewebauthn/server";
import { decodeAttestationObject, parseAuthenticatorData } from "@simplewebauthn/server/helpers";
import { InvalidPasskey } from "../../src/modules/auth-error/login-errors.types.js";
import type { AuthenticationResponse } from "../../src/modules/passkey/credential-response.js";
import type { RelyingParty } from "../../src/modules/passkey/relying-party.js";
import { ATTESTATION_ROOT, relyingParty, VECTORS, type Vector } from "../support/webauthn-vectors.js";

/** "unverified person": good but for what the product always asks for. */
type Outcome = "good" | "unverified person" | `refused: ${string}`;

const UNKNOWN_ALGORITHM = "refused: Ed448 (COSE -53) is not offered, and the library has not got it";
const CROSS_ORIGIN = "refused: a page in a frame of another site";

const OUTCOMES: Readonly<Record<string, readonly [registration: Outcome, authentication: Outcome]>> = {
  "none-es256": ["unverified person", "unverified person"],
  "packed-self-es256": ["good", "unverified person"],
  "none-es256-crossOrigin": [CROSS_ORIGIN, CROSS_ORIGIN],
  "none-es256-topOrigin": [CROSS_ORIGIN, CROSS_ORIGIN],
  "none-es256-long-credential-id": ["unverified person", "good"],
  "packed-es256": ["good", "good"],
  "packed-es384": ["unverified person", "good"],
  "packed-es512": ["good", "unverified person"],
  "packed-rs256": ["good", "unverified person"],
  "packed-eddsa": ["unverified person", "unverified person"],
  "packed-ed448": [UNKNOWN_ALGORITHM, UNKNOWN_ALGORITHM],
  "tpm-es256": ["refused: the library wants a manufacturer that the TCG has listed", "good"],
  "android-key-es256": ["refused: the library wants the chain up to its root in x5c", "unverified person"],
  "apple-es256": ["unverified person", "unverified person"],
  "fido-u2f-es256": ["refused: the library wants an AAGUID of zeros, as U2F has none", "unverified person"],
};

/** The key as a registration that was trusted would have stored it. */
function storedKeyOf({ registration }: Vector) {
  const attestationObject = Buffer.from(registration.answer.attestationObject, "base64url");
  const authData = decodeAttestationObject(Uint8Array.from(attestationObject)).get("authData");
  const { credentialPublicKey = new Uint8Array(), flags } = parseAuthenticatorData(authData);
  return {
    credentialId: registration.answer.id,
    publicKey: Buffer.from(credentialPublicKey).toString("base64url"),
    signatureCounter: 0,
    isBackupEligible: flags.be,
  };
}

const authenticate = (party: RelyingParty, vector: Vector, answer: AuthenticationResponse) =>
  party.verifyAuthentication(answer, storedKeyOf(vector), {
    challenge: vector.authentication.challenge,
    requireUserVerification: false,
  });

type Member = "clientDataJSON" | "authenticatorData" | "signature";

const MEMBERS: readonly Member[] = ["clientDataJSON", "authenticatorData", "signature"];

/** Answers that differ from this one in a single bit, one for each byte of one member. */
function* flipBits(answer: AuthenticationResponse, member: Member): Generator<AuthenticationResponse> {
  const bytes = Buffer.from(answer[member], "base64url");
  const start = member === "signature" ? wrappingOf(bytes) : 0;
  for (let index = start; index < bytes.length; index++) {
    const flipped = Buffer.from(bytes);
    flipped[index] = (flipped[index] ?? 0) ^ (1 << (index % 8));
    yield { ...answer, [member]: flipped.toString("base64url") };
  }
}

/** An ECDSA signature is two numbers in a DER SEQUENCE, of whose tag and length the library makes nothing: they sign nothing. */
function wrappingOf(signature: Buffer): number {
  if (signature[0] !== 0x30 || signature.length > 140) return 0;
  return signature[1] === 0x81 ? 3 : 2;
}

describe("38: the test vectors of WebAuthn L3", () => {
  const party = relyingParty();

  test("are all judged", () => {
    expect([...VECTORS.keys()]).toEqual(Object.keys(OUTCOMES));
  });

  describe.each([...VECTORS])("%s", (name, vector) => {
    const [registration, authentication] = OUTCOMES[name] ?? ["good", "good"];

    test.each([true, false])(
      `registration: ${registration} (user verification required: %s)`,
      async (requires) => {
        const { challenge, answer } = vector.registration;
        const facts = await party.verifyRegistration(answer, {
          challenge,
          requireUserVerification: requires,
        });
        if (registration === "good" || (registration === "unverified person" && !requires)) {
          expect(facts).toMatchObject(storedKeyOf(vector));
        } else expect(facts).toBeInstanceOf(InvalidPasskey);
      },
    );

    test.each([true, false])(
      `authentication: ${authentication} (user verification required: %s)`,
      async (requires) => {
        const { challenge, answer } = vector.authentication;
        const expectation = { challenge, requireUserVerification: requires };
        const facts = await party.verifyAuthentication(answer, storedKeyOf(vector), expectation);
        if (authentication === "good" || (authentication === "unverified person" && !requires)) {
          expect(facts).toMatchObject({ signatureCounter: 0 });
        } else expect(facts).toBeInstanceOf(InvalidPasskey);
      },
    );

    if (authentication.startsWith("refused")) return;

    test.each(MEMBERS)(
      "authentication is refused with one bit of its %s flipped, in whichever byte",
      async (member) => {
        let count = 0;
        for (const answer of flipBits(vector.authentication.answer, member)) {
          expect(await authenticate(party, vector, answer)).toBeInstanceOf(InvalidPasskey);
          count += 1;
        }
        expect(count).toBeGreaterThan(30);
      },
    );

    test("authentication is refused with the challenge, or for the key, of another vector", async () => {
      const [, other] = [...VECTORS].find(([otherName]) => otherName !== name) as [string, Vector];
      const { answer } = vector.authentication;
      const another = [
        { ...vector, authentication: other.authentication },
        { ...vector, registration: other.registration },
      ];
      for (const mixed of another) {
        expect(await authenticate(party, mixed, answer)).toBeInstanceOf(InvalidPasskey);
      }
    });
  });

  test("no root is trusted, so that no certificate has the server ask the network about it", async () => {
    for (const identifier of ["android-key", "android-safetynet", "apple"] as const) {
      expect(SettingsService.getRootCertificates({ identifier })).toEqual([]);
    }
  });

  test.each([
    ["packed", "packed-es256"],
    ["packed", "packed-es384"],
    ["packed", "packed-es512"],
    ["packed", "packed-rs256"],
    ["packed", "packed-eddsa"],
    ["apple", "apple-es256"],
  ] as const)(
    "the certificate of format %s in %s leads to the root of the vectors",
    async (identifier, name) => {
      const { challenge, answer } = (VECTORS.get(name) as Vector).registration;
      SettingsService.setRootCertificates({ identifier, certificates: [ATTESTATION_ROOT] });
      const facts = await party.verifyRegistration(answer, { challenge, requireUserVerification: false });
      SettingsService.setRootCertificates({ identifier, certificates: [] });
      expect(facts).not.toBeInstanceOf(InvalidPasskey);
    },
  );
});
