import type { FastifyReply, FastifyRequest } from "fastify";
import type { DeviceMemory } from "../context.js";
import { DEVICE_TOKEN_SECONDS } from "../modules/token/device-tokens.js";

/** Where a browser keeps its device token: out of reach of scripts, and of other hosts where there is TLS (`__Host-`). */
export function createDeviceCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { isSecure }: { readonly isSecure: boolean },
): DeviceMemory {
  const name = isSecure ? "__Host-latchkey-device" : "latchkey-device";
  return {
    get token() {
      return request.cookies[name] ?? null;
    },
    remember(token) {
      void reply.setCookie(name, token, {
        path: "/",
        httpOnly: true,
        secure: isSecure,
        sameSite: "lax",
        maxAge: DEVICE_TOKEN_SECONDS,
      });
    },
  };
}
