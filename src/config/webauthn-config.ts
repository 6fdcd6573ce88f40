import { isIP } from "node:net";
import type { EnvironmentReader } from "./environment-reader.js";

export interface WebauthnConfig {
  readonly isEnabled: boolean;
  /** The domain that passkeys belong to (WebAuthn §5.1.2, RP ID). */
  readonly rpId: string;
  /** The origins of pages that may ask for one. */
  readonly origins: readonly string[];
}

/** Which pages passkeys are for: those of PUBLIC_URL and CORS_ORIGINS that lie under the RP ID. */
export function readWebauthnConfig(
  env: EnvironmentReader,
  publicUrl: string,
  corsOrigins: readonly string[],
): WebauthnConfig {
  const rpId = env.string("WEBAUTHN_RP_ID", hostOf(publicUrl)).toLowerCase();
  const pages = [publicUrl, ...corsOrigins].map((url) => URL.parse(url)?.origin ?? "");
  const origins = [...new Set(pages)].filter((origin) => isUnder(hostOf(origin), rpId));
  const isPossible = isDomain(rpId) && origins.length > 0;
  if (!isPossible && env.optionalString("WEBAUTHN_RP_ID") !== undefined) {
    env.fault(
      "WEBAUTHN_RP_ID must be the host of PUBLIC_URL or of one of CORS_ORIGINS, or a domain above it",
      rpId,
    );
  }
  const isEnabled = env.boolean("PASSKEYS", isPossible);
  if (isEnabled && !isPossible) {
    env.fault("PASSKEYS=true needs a PUBLIC_URL with a domain name: browsers have none for addresses", false);
  }
  return { isEnabled, rpId, origins };
}

const hostOf = (url: string): string => URL.parse(url)?.hostname ?? "";

/** Below an address is nothing, and the end of one is no domain. */
const isUnder = (host: string, domain: string): boolean =>
  host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));

/** No browser takes an address, nor a domain that all others share: only the latter has no dot, but for one. */
function isDomain(host: string): boolean {
  return host === "localhost" || (host.includes(".") && isIP(host) === 0 && !host.startsWith("["));
}
