import type { Config } from "../../config/config.js";
import { type Finding, failInProduction, ok, warn } from "./finding.js";
import { isLocalHost } from "./site.js";

type PasskeysConfig = Pick<Config, "webauthn" | "publicUrl" | "corsOrigins" | "isProduction">;

/** On which pages browsers will offer passkeys. */
export function checkPasskeys(config: PasskeysConfig): readonly Finding[] {
  const { isEnabled, rpId, origins } = config.webauthn;
  if (!isEnabled) return [ok("PASSKEYS", "off")];
  const faults = [...checkScheme(config), ...checkReach(config)];
  return faults.length > 0 ? faults : [ok("PASSKEYS", `of ${rpId}, on pages of ${origins.join(", ")}`)];
}

/** WebAuthn is for secure contexts: https, or the person's own machine. */
function checkScheme(config: PasskeysConfig): readonly Finding[] {
  const insecure = config.webauthn.origins.filter((origin) => {
    const { protocol, hostname } = new URL(origin);
    return protocol === "http:" && !isLocalHost(hostname);
  });
  return insecure.map((origin) =>
    failInProduction(
      config,
      "PASSKEYS",
      `${origin}: browsers offer no passkeys on pages without https`,
      "serve it over https, or set PASSKEYS=false",
    ),
  );
}

/** Not of PUBLIC_URL: it may serve programs alone. */
function checkReach({ webauthn, corsOrigins }: PasskeysConfig): readonly Finding[] {
  const outside = corsOrigins.filter((origin) => !webauthn.origins.includes(origin));
  return outside.map((origin) =>
    warn(
      "WEBAUTHN_RP_ID",
      `${webauthn.rpId}: passkeys do not work on pages of ${origin}, which is not below it`,
      "set it to a domain above all pages; passkeys that people have now belong to the one they were made for",
    ),
  );
}
