import type { Config } from "../../config/config.js";
import { type Finding, failInProduction, ok, warn } from "./finding.js";
import { isLocalHost } from "./site.js";

const NAME = "TRUST_PROXY";
const ALL_INTERFACES = new Set(["0.0.0.0", "::", "[::]"]);

type ProxyConfig = Pick<Config, "publicUrl" | "trustProxy" | "host" | "isProduction">;

/** Whether attempt limits see the addresses of clients, and not those of a proxy or invented ones. */
export function checkProxy(config: ProxyConfig): readonly Finding[] {
  const { publicUrl, trustProxy, host } = config;
  const { protocol, hostname } = new URL(publicUrl);
  // The server itself speaks no TLS: with https there is something in front.
  if (trustProxy === 0 && protocol === "https:" && !isLocalHost(hostname)) {
    return [
      failInProduction(
        config,
        NAME,
        "0 behind an https PUBLIC_URL: all clients share the address of the proxy, and its attempt limits",
        "set it to the number of proxies in front",
      ),
    ];
  }
  if (trustProxy > 0 && ALL_INTERFACES.has(host)) {
    return [
      warn(
        NAME,
        `${trustProxy}, with HOST=${host}: whoever reaches the port past the proxy can invent addresses`,
        "see that only the proxy reaches the port, or listen on its network alone",
      ),
    ];
  }
  return [ok(NAME, trustProxy === 0 ? "0: clients connect directly" : `${trustProxy} in front`)];
}
