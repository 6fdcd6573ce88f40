import type { DeviceMemory } from "../context.js";
import { DEVICE_TOKEN_SECONDS } from "../modules/token/device-tokens.js";
import type { OwnCookies } from "./own-cookies.js";

/** Where a browser keeps its device token. */
export class DeviceCookie implements DeviceMemory {
  constructor(private readonly cookies: OwnCookies) {}

  get token(): string | null {
    return this.cookies.read("device");
  }

  remember(token: string): void {
    this.cookies.set("device", token, { maxAge: DEVICE_TOKEN_SECONDS, sameSite: "lax" });
  }
}
