/** What a browser hands to the page when a passkey was made (WebAuthn §5.1, RegistrationResponseJSON), as far as we read it. */
export interface RegistrationResponse {
  /** Of the credential, in base64url like all that follows. */
  readonly id: string;
  readonly clientDataJSON: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
}

/** Likewise when one was used (AuthenticationResponseJSON). */
export interface AuthenticationResponse {
  readonly id: string;
  readonly clientDataJSON: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle: string | null;
}

/** In characters of base64url: far more than authenticators need, and too little to keep the process busy with. */
const MAX_LENGTHS = {
  /** 1023 bytes (WebAuthn §4, Credential ID). */
  id: 1364,
  clientDataJSON: 8192,
  attestationObject: 16_384,
  authenticatorData: 8192,
  signature: 8192,
  /** 64 bytes (WebAuthn §4, User Handle). */
  userHandle: 86,
} as const;

const MAX_TRANSPORTS = 16;
const TRANSPORT = /^[a-z0-9-]{1,32}$/;

type Members = Readonly<Record<string, unknown>>;

/** Takes out of anything at all what a registration needs. Null where that is not there in the form it must have. */
export function readRegistrationResponse(value: unknown): RegistrationResponse | null {
  const { id, response } = readCredential(value) ?? {};
  if (id === undefined || response === undefined) return null;
  const clientDataJSON = readBytes(response, "clientDataJSON");
  const attestationObject = readBytes(response, "attestationObject");
  const transports = readTransports(response.transports);
  if (clientDataJSON === null || attestationObject === null || transports === null) return null;
  return { id, clientDataJSON, attestationObject, transports };
}

/** Likewise for a login. */
export function readAuthenticationResponse(value: unknown): AuthenticationResponse | null {
  const { id, response } = readCredential(value) ?? {};
  if (id === undefined || response === undefined) return null;
  const clientDataJSON = readBytes(response, "clientDataJSON");
  const authenticatorData = readBytes(response, "authenticatorData");
  const signature = readBytes(response, "signature");
  const userHandle = readBytes(response, "userHandle");
  if (clientDataJSON === null || authenticatorData === null || signature === null) return null;
  if (userHandle === null && (response.userHandle ?? null) !== null) return null;
  return { id, clientDataJSON, authenticatorData, signature, userHandle };
}

function readCredential(value: unknown): { readonly id: string; readonly response: Members } | null {
  if (!isObject(value) || !isObject(value.response)) return null;
  const id = readBytes(value, "id");
  if (id === null || value.rawId !== id || value.type !== "public-key") return null;
  return { id, response: value.response };
}

/** Only the one spelling that base64url has for some bytes: of two, one could be known and the other new. */
function readBytes(members: Members, name: keyof typeof MAX_LENGTHS): string | null {
  const text = members[name];
  if (typeof text !== "string" || text === "" || text.length > MAX_LENGTHS[name]) return null;
  return Buffer.from(text, "base64url").toString("base64url") === text ? text : null;
}

function readTransports(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MAX_TRANSPORTS) return null;
  const isWellFormed = value.every((item) => typeof item === "string" && TRANSPORT.test(item));
  return isWellFormed ? [...new Set<string>(value)] : null;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
