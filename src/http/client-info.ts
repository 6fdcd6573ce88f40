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
  const address = (ip ?? "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
  return isIP(address) === 0 ? null : address;
}
