import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { ClientInfo } from "../lib/client-info.js";

const MAX_USER_AGENT_LENGTH = 256;

/** `request.ip` is the socket's address, or as many hops up X-Forwarded-For as TRUST_PROXY says. */
export function readClientInfo(request: FastifyRequest): ClientInfo {
  return {
    ipAddress: readIpAddress(request.ip),
    userAgent: request.headers["user-agent"]?.slice(0, MAX_USER_AGENT_LENGTH) || null,
  };
}

/** A client that has hung up has no address any more, and a proxy may forward anything. */
function readIpAddress(ip: string | undefined): string | null {
  const address = withoutPort(ip ?? "");
  const version = isIP(address);
  if (version === 0) return null;
  return version === 6 ? (readMappedIpv4(address) ?? address) : address;
}

/** Some proxies write the port, too. */
function withoutPort(address: string): string {
  const [, bracketed, dotted] = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(address) ?? [];
  return bracketed ?? dotted ?? address;
}

/** An IPv4 address in the clothes of IPv6 (RFC 4291 §2.5.5.2), in either spelling. */
function readMappedIpv4(address: string): string | null {
  // The URL parser writes every spelling as ::ffff:c000:201.
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostnameOf(address)) ?? [];
  if (high === undefined || low === undefined) return null;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}

const hostnameOf = (address: string): string => URL.parse(`http://[${address}]`)?.hostname ?? "";
