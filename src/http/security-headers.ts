const TWO_YEARS_SECONDS = 63_072_000;

/** Answers carry tokens and personal data: no cache on the way keeps them (RFC 6749 §5.1). */
export const NO_STORE = { "cache-control": "no-store" } as const;

/**
 * On every answer, made once. Nothing here is a document: should a browser be made to take an answer for one, it may
 * load nothing, run nothing, be framed by nobody, and another site cannot embed it. Subdomains of PUBLIC_URL are not
 * ours to force into TLS.
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return Object.freeze({
    ...NO_STORE,
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    ...(publicUrl.startsWith("https:") && { "strict-transport-security": `max-age=${TWO_YEARS_SECONDS}` }),
  });
}

/** Apollo Sandbox brings a policy for its scripts, styles and frames in a meta tag, which cannot say who may frame it. */
export const SANDBOX_POLICY =
  "base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'";
