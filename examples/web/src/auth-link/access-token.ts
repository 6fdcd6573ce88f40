/** Renewed this long before it expires, or a tenth of its lifetime, whichever is shorter. */
const LONGEST_MARGIN_MS = 30_000;
/** The closer the end of the session, the shorter lives each token: without this, renewing would never stop. */
const SHORTEST_USE_MS = 1000;

/**
 * An access token, and what it says of itself. The clock of this machine may be hours wrong, so nothing is compared with it:
 * the lifetime is what the server's clock says, and runs by `performance.now()`, which nobody sets.
 */
export interface AccessToken {
  readonly text: string;
  readonly userId: string;
  readonly sessionId: string;
  /** In seconds since the epoch, by the server's clock. */
  readonly issuedAt: number;
  readonly receivedAt: number;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/**
 * @param ageMs how long ago it was received, in whichever tab
 * @throws where it is no access token of the server
 */
export function readAccessToken(text: string, ageMs = 0): AccessToken {
  const { sub, sid, iat, exp } = claimsOf(text);
  const lifetimeMs = (exp - iat) * 1000;
  const useMs = Math.max(lifetimeMs - Math.min(lifetimeMs / 10, LONGEST_MARGIN_MS), SHORTEST_USE_MS);
  const receivedAt = performance.now() - ageMs;
  return {
    text,
    userId: sub,
    sessionId: sid,
    issuedAt: iat,
    receivedAt,
    renewAt: receivedAt + useMs,
    expiresAt: receivedAt + lifetimeMs,
  };
}

interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly iat: number;
  readonly exp: number;
}

/** Of the server's own tokens, whose claims its README promises. Only the server can tell whether they are genuine. */
function claimsOf(text: string): Claims {
  const [, payload = ""] = text.split(".");
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
  // With a time that is none it would be renewed for ever, at once each time.
  if (Number.isFinite(claims.exp - claims.iat)) return claims;
  throw new Error("The access token does not say when it expires.");
}
