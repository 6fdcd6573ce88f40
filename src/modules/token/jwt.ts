import { createHash, type KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import type { JwtAlgorithm } from "../../config/config.js";

/** One key, one algorithm (RFC 8725 §3.1): what a token's header claims about it is never believed. */
export interface JwtKey {
  readonly kid: string;
  readonly algorithm: JwtAlgorithm;
  readonly key: KeyObject;
}

export type JwtClaims = Readonly<Record<string, unknown>>;

interface JwtHeader {
  readonly typ?: unknown;
}

const MAX_TOKEN_LENGTH = 4096;
const HEADER_MEMBERS = new Set(["alg", "kid", "typ"]);

export function signJwt(claims: object, signingKey: JwtKey, typ: string): string {
  const { algorithm, key, kid } = signingKey;
  // Left alone the library adds an `iat`, and with noTimestamp it takes one away: a token says what its claims say.
  const noTimestamp = !("iat" in claims);
  return jwt.sign(claims, key, { algorithm, header: { alg: algorithm, kid, typ }, noTimestamp });
}

/**
 * The only place that verifies a token. It answers for form, algorithm, key, signature and type; what the claims
 * must say is the caller's.
 *
 * @returns the claims, or null for anything that is not exactly a token we could have signed
 */
export function verifyJwt(
  token: string,
  findKey: (kid: string) => JwtKey | undefined,
  typ: string,
): JwtClaims | null {
  const verified = verifyJws(token, findKey);
  if (verified === null || verified.header.typ !== typ) return null;
  return parseJsonObject(verified.payload);
}

/**
 * The signature layer under {@link verifyJwt}. jsonwebtoken alone lets pass what RFC 7515 and RFC 8725 do not:
 * unknown `crit`, embedded keys, non-canonical base64url, white space.
 */
export function verifyJws(
  token: string,
  findKey: (kid: string) => JwtKey | undefined,
): { readonly header: JwtHeader; readonly payload: string } | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const [encodedHeader, encodedPayload, encodedSignature, ...rest] = token.split(".");
  if (encodedHeader === undefined || encodedPayload === undefined || rest.length > 0) return null;
  const headerText = decodeCanonically(encodedHeader);
  const payload = decodeCanonically(encodedPayload);
  if (headerText === null || payload === null || !isCanonical(encodedSignature)) return null;

  const header = parseJsonObject(headerText);
  if (header === null || !Object.keys(header).every((member) => HEADER_MEMBERS.has(member))) return null;
  const key = typeof header.kid === "string" ? findKey(header.kid) : undefined;
  if (key === undefined || header.alg !== key.algorithm) return null;
  try {
    // Times are the caller's to judge, by its own clock.
    jwt.verify(token, key.key, {
      algorithms: [key.algorithm],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
    return { header, payload };
  } catch {
    return null;
  }
}

/** JWK thumbprint (RFC 7638): the id of an asymmetric key. */
export function jwkThumbprint(publicKey: KeyObject): string {
  const { crv, e, kty, n, x, y } = publicKey.export({ format: "jwk" });
  const members = kty === "EC" ? { crv, kty, x, y } : { e, kty, n };
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}

function isCanonical(encoded: string | undefined): encoded is string {
  return (
    encoded !== undefined &&
    encoded !== "" &&
    Buffer.from(encoded, "base64url").toString("base64url") === encoded
  );
}

function decodeCanonically(encoded: string): string | null {
  return isCanonical(encoded) ? Buffer.from(encoded, "base64url").toString("utf8") : null;
}

function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
