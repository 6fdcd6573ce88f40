import type { AccessTokens, BearerCredential } from "../modules/token/access-tokens.js";

const BEARER = /^Bearer +([^\s]+)$/i;

/**
 * What the Authorization header claims (RFC 6750 §2.1). Headers only: a token in a query string ends up in logs.
 * No I/O, no throwing: a bad token makes an anonymous request.
 */
export function readBearerCredential(
  authorization: string | undefined,
  accessTokens: AccessTokens,
): BearerCredential {
  if (authorization === undefined || authorization === "") return { valid: false, reason: "MISSING_TOKEN" };
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined ? { valid: false, reason: "INVALID_TOKEN" } : accessTokens.verify(token);
}
