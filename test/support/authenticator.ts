import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { type Cbor, encodeCbor } from "./cbor.js";

/** What the authenticator says of the person and of the key (WebAuthn §6.1). */
export interface AuthenticatorFlags {
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/** What is other than a browser and an authenticator that keep to the rules would have it. */
export interface Tampering {
  readonly challenge?: string;
  readonly origin?: string;
  /** Of the client data: "webauthn.create" or "webauthn.get". */
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  /** Whose hash the authenticator signs. */
  readonly rpId?: string;
  readonly flags?: Partial<AuthenticatorFlags>;
  readonly counter?: number;
  /** Base64url; null: left out. */
  readonly userHandle?: string | null;
  /** By which the browser calls the credential, whatever the authenticator says. */
  readonly id?: string;
}

interface AuthenticatorSettings extends Partial<AuthenticatorFlags> {
  /** Whether it counts its signatures. Synced passkeys do not. */
  readonly isCounting?: boolean;
  readonly origin?: string;
  /** Base64url. */
  readonly credentialId?: string;
  readonly transports?: readonly string[];
}

const NO_AAGUID = Buffer.alloc(16);

/** A browser and an authenticator in one, with a single credential: what they hand to a page, in JSON. */
export class Authenticator {
  readonly credentialId: string;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #counter = 0;
  #userHandle: string | undefined;

  constructor(private readonly settings: AuthenticatorSettings = {}) {
    this.credentialId = settings.credentialId ?? randomBytes(16).toString("base64url");
  }

  /** As `navigator.credentials.create()`. */
  register(
    options: PublicKeyCredentialCreationOptionsJSON,
    tampering: Tampering = {},
  ): RegistrationResponseJSON {
    this.#userHandle = options.user.id;
    const id = tampering.id ?? this.credentialId;
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id ?? "", tampering, { isAttested: true }),
      this.#attestedCredential(),
    ]);
    const attestation = new Map<string, Cbor>([
      ["fmt", "none"],
      ["attStmt", new Map<string, Cbor>()],
      ["authData", authData],
    ]);
    return {
      id,
      rawId: id,
      type: "public-key",
      clientExtensionResults: {},
      authenticatorAttachment: "platform",
      response: {
        clientDataJSON: this.#clientData("webauthn.create", options.challenge, tampering),
        attestationObject: encodeCbor(attestation).toString("base64url"),
        transports: [...(this.settings.transports ?? ["internal", "hybrid"])] as never,
      },
    };
  }

  /** As `navigator.credentials.get()`. */
  answer(
    options: PublicKeyCredentialRequestOptionsJSON,
    tampering: Tampering = {},
  ): AuthenticationResponseJSON {
    if (this.settings.isCounting) this.#counter += 1;
    const id = tampering.id ?? this.credentialId;
    const authData = this.#authenticatorData(options.rpId ?? "", tampering, { isAttested: false });
    const clientDataJSON = this.#clientData("webauthn.get", options.challenge, tampering);
    const clientDataHash = createHash("sha256").update(Buffer.from(clientDataJSON, "base64url")).digest();
    const signature = sign("sha256", Buffer.concat([authData, clientDataHash]), this.#keys.privateKey);
    const userHandle = tampering.userHandle === undefined ? this.#userHandle : tampering.userHandle;
    return {
      id,
      rawId: id,
      type: "public-key",
      clientExtensionResults: {},
      authenticatorAttachment: "platform",
      response: {
        clientDataJSON,
        authenticatorData: authData.toString("base64url"),
        signature: signature.toString("base64url"),
        ...(userHandle == null ? {} : { userHandle }),
      },
    };
  }

  #clientData(type: string, challenge: string, tampering: Tampering): string {
    const clientData = {
      type,
      challenge,
      origin: this.settings.origin ?? "http://latchkey.test",
      crossOrigin: false,
      ...pick(tampering, ["type", "challenge", "origin", "crossOrigin", "topOrigin"]),
    };
    return Buffer.from(JSON.stringify(clientData)).toString("base64url");
  }

  #authenticatorData(
    rpId: string,
    tampering: Tampering,
    { isAttested }: { readonly isAttested: boolean },
  ): Buffer {
    const { userPresent, userVerified, backupEligible, backedUp } = {
      userPresent: true,
      userVerified: true,
      backupEligible: true,
      backedUp: true,
      ...this.settings,
      ...tampering.flags,
    };
    const bits = [userPresent, false, userVerified, backupEligible, backedUp, false, isAttested];
    const flags = bits.reduce((sum, bit, index) => sum | (Number(bit) << index), 0);
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    rest.writeUInt32BE(tampering.counter ?? this.#counter, 1);
    const rpIdHash = createHash("sha256").update(tampering.rpId ?? rpId);
    return Buffer.concat([rpIdHash.digest(), rest]);
  }

  /** WebAuthn §6.5.1, with an ES256 key (RFC 9053 §7.1). */
  #attestedCredential(): Buffer {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    const id = Buffer.from(this.credentialId, "base64url");
    const publicKey = new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]);
    return Buffer.concat([
      NO_AAGUID,
      Buffer.from([id.length >> 8, id.length & 0xff]),
      id,
      encodeCbor(publicKey),
    ]);
  }
}

function pick<Name extends keyof Tampering>(
  tampering: Tampering,
  names: readonly Name[],
): Partial<Tampering> {
  return Object.fromEntries(
    names.filter((name) => tampering[name] !== undefined).map((name) => [name, tampering[name]]),
  );
}
