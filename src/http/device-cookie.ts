import { parseCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { DeviceMemory } from "../context.js";
import { DEVICE_TOKEN_SECONDS } from "../modules/token/device-tokens.js";

/** Whether any of our cookies is among those of a request, whatever its value. */
export function carriesOwnCookie(cookies: string): boolean {
  return /(^|;)\s*(__Host-)?latchkey-/.test(cookies);
}

/** Where a browser keeps its device token: out of reach of scripts, and of other hosts where there is TLS (`__Host-`). */
export class DeviceCookie implements DeviceMemory {
  readonly #name: string;
  #remembered: string | null = null;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly isSecure: boolean,
  ) {
    this.#name = isSecure ? "__Host-latchkey-device" : "latchkey-device";
  }

  get token(): string | null {
    return this.#remembered ?? parseCookie(this.request.headers.cookie ?? "")[this.#name] ?? null;
  }

  remember(token: string): void {
    this.#remembered = token;
    const cookie = stringifySetCookie({
      name: this.#name,
      value: token,
      path: "/",
      httpOnly: true,
      secure: this.isSecure,
      sameSite: "lax",
      maxAge: DEVICE_TOKEN_SECONDS,
    });
    // Fastify would send each; of several logins in one request the last token knows all.
    void this.reply.removeHeader("set-cookie").header("set-cookie", cookie);
  }
}
