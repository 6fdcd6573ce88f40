import type { Config } from "../../config/config.js";
import { type Finding, fail, failInProduction, ok, warn } from "./finding.js";
import { isLocalHost, isSameSite } from "./site.js";

type OriginsConfig = Pick<Config, "publicUrl" | "corsOrigins" | "isProduction">;

/** What browsers will do with our cookies, and whose pages may read our answers. */
export function checkOrigins(config: OriginsConfig): readonly Finding[] {
  const faults = config.corsOrigins.flatMap((origin) => checkCorsOrigin(config, origin) ?? []);
  const listed = config.corsOrigins.join(", ") || "none: no page of another origin reads answers";
  return [checkPublicUrl(config), ...(faults.length > 0 ? faults : [ok("CORS_ORIGINS", listed)])];
}

function checkPublicUrl(config: OriginsConfig): Finding {
  const name = "PUBLIC_URL";
  const { protocol, hostname } = new URL(config.publicUrl);
  if (isLocalHost(hostname)) {
    if (!config.isProduction) return ok(name, config.publicUrl);
    return fail(
      name,
      `${config.publicUrl} is this machine to everybody`,
      "set it to the URL that clients use",
    );
  }
  if (protocol === "https:") return ok(name, config.publicUrl);
  return failInProduction(
    config,
    name,
    `${config.publicUrl}: passwords and tokens travel in the clear, cookies without Secure and __Host-`,
    "serve it over https, and say so here",
  );
}

function checkCorsOrigin({ publicUrl, isProduction }: OriginsConfig, origin: string): Finding | null {
  const name = "CORS_ORIGINS";
  const [own, other] = [new URL(publicUrl), new URL(origin)];
  if (origin === own.origin) return warn(name, `${origin} is that of PUBLIC_URL: superfluous`, "remove it");
  if (isProduction && other.protocol === "http:") {
    if (isLocalHost(other.hostname)) {
      return warn(
        name,
        `${origin}: whatever runs on a person's machine may read answers`,
        "remove it in production",
      );
    }
    return fail(name, `${origin}: whoever is on the network can pose as it`, "list it with https");
  }
  if (!isSameSite(own, other)) {
    return warn(
      name,
      `${origin} is another site than PUBLIC_URL by the look of it: cookies will not travel`,
      "serve both below one domain and with one scheme, or use tokens without cookies",
    );
  }
  return null;
}
