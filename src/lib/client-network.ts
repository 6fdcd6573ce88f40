import { isIPv6 } from "node:net";
import type { ClientInfo } from "./client-info.js";

/**
 * What attempts are counted by: an IPv4 address, or the /64 of an IPv6 address, all of which one subscriber owns. A
 * client whose address is not known shares one counter with all such clients.
 */
export function clientNetworkOf({ ipAddress }: Pick<ClientInfo, "ipAddress">): string {
  if (ipAddress === null) return "unknown";
  return isIPv6(ipAddress) ? `${expandPrefix(ipAddress)}::/64` : ipAddress;
}

/** The first four groups, in the one form whatever was left out: "2001:db8::1" gives "2001:db8:0:0". */
function expandPrefix(address: string): string {
  const [head = "", tail] = (address.split("%")[0] ?? "").toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    // A dotted end ("::ffff:192.0.2.1") stands for two groups.
    const length = after.length + (tail.includes(".") ? 1 : 0);
    groups.push(...Array<string>(8 - groups.length - length).fill("0"), ...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
