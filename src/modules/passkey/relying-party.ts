import type {
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import type { Config } from "../../config/config.js";
import { secondsToMs } from "../../lib/clock.js";
import { InvalidPasskey } from "../auth-error/login-errors.types.js";
import type { UserView } from "../user/user.view.js";
import { CEREMONY_SECONDS } from "./ceremonies.js";
import { judgeClientData } from "./client-data.js";
import type { AuthenticationResponse, RegistrationResponse } from "./credential-response.js";
import type { Passkey } from "./passkey.entity.js";

type Library = typeof import("@simplewebauthn/server");

/** EdDSA, ES256, RS256, ES384, ES512 (COSE algorithms of RFC 9053 and RFC 8812), in the order of our preference. */
const ALGORITHMS = [-8, -7, -257, -35, -36];

/** That of an RSA key of 8192 bits, with room: each answer costs a verification with it. */
const MAX_PUBLIC_KEY_BYTES = 1200;

/** Formats whose certificates the library has roots for. */
const FORMATS_WITH_ROOTS = ["android-key", "android-safetynet", "apple"] as const;

export interface CeremonyExpectation {
  /** Base64url. */
  readonly challenge: string;
  /** Whether the authenticator must have made sure of the person, by a PIN or a finger. The product asks for it always. */
  readonly requireUserVerification: boolean;
}

export type RegistrationFacts = Pick<
  Passkey,
  "credentialId" | "publicKey" | "signatureCounter" | "transports" | "isBackupEligible" | "isBackedUp"
>;

export type AuthenticationFacts = Pick<Passkey, "signatureCounter" | "isBackedUp">;

type Credential = Pick<Passkey, "credentialId" | "transports">;
type StoredKey = Pick<Passkey, "credentialId" | "publicKey" | "signatureCounter" | "isBackupEligible">;

/** The only place that talks to the library: asks authenticators, and says whether their answers are good. */
export class RelyingParty {
  #library: Promise<Library> | undefined;

  constructor(private readonly config: Pick<Config, "serviceName" | "webauthn">) {}

  /** For a passkey that needs no name to be typed at login, and makes sure of the person. */
  async creationOptions(
    challenge: string,
    { user, exclude }: { readonly user: UserView; readonly exclude: readonly Credential[] },
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await this.#load();
    return generateRegistrationOptions({
      rpName: this.config.serviceName,
      rpID: this.config.webauthn.rpId,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: user.email,
      userDisplayName: user.name ?? user.email,
      challenge: toBytes(challenge),
      timeout: secondsToMs(CEREMONY_SECONDS),
      attestationType: "none",
      excludeCredentials: exclude.map(toDescriptor),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      supportedAlgorithmIDs: ALGORITHMS,
    });
  }

  /** @param allow null: whichever the person has */
  async requestOptions(
    challenge: string,
    allow: readonly Credential[] | null,
  ): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await this.#load();
    return generateAuthenticationOptions({
      rpID: this.config.webauthn.rpId,
      challenge: toBytes(challenge),
      timeout: secondsToMs(CEREMONY_SECONDS),
      userVerification: "required",
      ...(allow === null ? {} : { allowCredentials: allow.map(toDescriptor) }),
    });
  }

  /** WebAuthn §7.1. */
  verifyRegistration(
    answer: RegistrationResponse,
    expectation: CeremonyExpectation,
  ): Promise<RegistrationFacts | InvalidPasskey> {
    const { id, clientDataJSON, attestationObject, transports } = answer;
    return this.#verify(clientDataJSON, async ({ verifyRegistrationResponse }) => {
      const { registrationInfo } = await verifyRegistrationResponse({
        ...this.#expected(expectation),
        response: { ...asCredential(id), response: { clientDataJSON, attestationObject } },
        supportedAlgorithmIDs: ALGORITHMS,
      });
      if (registrationInfo === undefined) return null;
      const { credential, credentialDeviceType, credentialBackedUp } = registrationInfo;
      // The library does not compare what the browser and what the authenticator call it.
      if (credential.id !== id || credential.publicKey.length > MAX_PUBLIC_KEY_BYTES) return null;
      return {
        credentialId: id,
        publicKey: Buffer.from(credential.publicKey).toString("base64url"),
        signatureCounter: credential.counter,
        transports,
        isBackupEligible: credentialDeviceType === "multiDevice",
        isBackedUp: credentialBackedUp,
      };
    });
  }

  /** WebAuthn §7.2. Whose passkey it is, and whose it must be, is the caller's to judge. */
  verifyAuthentication(
    answer: AuthenticationResponse,
    stored: StoredKey,
    expectation: CeremonyExpectation,
  ): Promise<AuthenticationFacts | InvalidPasskey> {
    const { id, clientDataJSON, authenticatorData, signature } = answer;
    return this.#verify(clientDataJSON, async ({ verifyAuthenticationResponse }) => {
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...this.#expected(expectation),
        response: { ...asCredential(id), response: { clientDataJSON, authenticatorData, signature } },
        credential: {
          id: stored.credentialId,
          publicKey: toBytes(stored.publicKey),
          counter: stored.signatureCounter,
        },
      });
      if (!verified) return null;
      const { newCounter, credentialDeviceType, credentialBackedUp } = authenticationInfo;
      // §7.2 step 19: it never changes.
      if ((credentialDeviceType === "multiDevice") !== stored.isBackupEligible) return null;
      return { signatureCounter: newCounter, isBackedUp: credentialBackedUp };
    });
  }

  /** Whatever the library throws is a refusal: it throws at nothing but what clients send. */
  async #verify<Facts extends object>(
    clientDataJson: string,
    verify: (library: Library) => Promise<Facts | null>,
  ): Promise<Facts | InvalidPasskey> {
    const verdict = judgeClientData(clientDataJson, this.config.webauthn.origins);
    if (verdict === "WRONG_ORIGIN") return wrongOrigin();
    if (verdict === "REFUSED") return new InvalidPasskey();
    const library = await this.#load();
    const facts = await verify(library).catch(() => null);
    return facts ?? new InvalidPasskey();
  }

  #expected({ challenge, requireUserVerification }: CeremonyExpectation) {
    const { rpId, origins } = this.config.webauthn;
    return {
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: rpId,
      requireUserVerification,
    };
  }

  /** When it is first needed: a start has better things to do for a fifth of a second. */
  #load(): Promise<Library> {
    this.#library ??= import("@simplewebauthn/server").then(withoutRoots);
    return this.#library;
  }
}

/**
 * We ask for no attestation, and believe none. With roots to hold certificates against, the library would also ask the network
 * whether they were revoked, at the addresses that they name.
 */
function withoutRoots(library: Library): Library {
  for (const identifier of FORMATS_WITH_ROOTS) {
    library.SettingsService.setRootCertificates({ identifier, certificates: [] });
  }
  return library;
}

function wrongOrigin(): InvalidPasskey {
  return new InvalidPasskey(
    "Passkeys of this server do not work on pages of this origin: it has to be that of PUBLIC_URL or one of " +
      "CORS_ORIGINS, at the domain WEBAUTHN_RP_ID or below it.",
  );
}

const toBytes = (base64url: string) => Uint8Array.from(Buffer.from(base64url, "base64url"));

const toDescriptor = ({ credentialId, transports }: Credential) => ({
  id: credentialId,
  // Those to come, too.
  transports: [...transports] as AuthenticatorTransport[],
});

const asCredential = (id: string) =>
  ({ id, rawId: id, type: "public-key", clientExtensionResults: {} }) as const;
