import type { SecretKeys } from "../../lib/secret-keys.js";
import { newId } from "../../lib/uuid.js";
import { SymmetricTokens } from "./symmetric-tokens.js";

const DEVICE_TOKEN_TYPE = "device+jwt";

/**
 * What a device keeps after a login: "this device has logged in as user U before". It lets nobody in; it only gives
 * the device's attempts a counter of their own, so that other people's failures do not delay the owner (OWASP:
 * "Slow Down Online Guessing Attacks with Device Cookies").
 */
export class DeviceTokens {
  readonly #tokens: SymmetricTokens;

  constructor(secretKeys: SecretKeys) {
    this.#tokens = new SymmetricTokens(secretKeys, "device-token", DEVICE_TOKEN_TYPE);
  }

  issue(userId: string): string {
    return this.#tokens.sign({ sub: userId, device: newId() });
  }

  /** The device's id, when the token was issued to it for this user. */
  findDeviceId(token: string | null, userId: string): string | null {
    const { sub, device } = (token === null ? null : this.#tokens.verify(token)) ?? {};
    return sub === userId && typeof device === "string" ? device : null;
  }
}
