import type { FastifyRequest } from "fastify";
import type { ClientInfo } from "../lib/client-info.js";

const MAX_USER_AGENT_LENGTH = 256;

/** `request.ip` is the socket's address, or as many hops up X-Forwarded-For as TRUST_PROXY says. */
export function readClientInfo(request: FastifyRequest): ClientInfo {
  return {
    ipAddress: withoutIpv4Mapping(request.ip) || null,
    userAgent: request.headers["user-agent"]?.slice(0, MAX_USER_AGENT_LENGTH) || null,
  };
}

function withoutIpv4Mapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}
