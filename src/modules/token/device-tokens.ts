import { createHash } from "node:crypto";
import { type Clock, toNumericDate } from "../../lib/clock.js";
import type { SecretKeys } from "../../lib/secret-keys.js";
import { newId } from "../../lib/uuid.js";
import type { User } from "../user/user.entity.js";
import { SymmetricTokens } from "./symmetric-tokens.js";

const DEVICE_TOKEN_TYPE = "device+jwt";

/** As long as browsers keep any cookie. */
export const DEVICE_TOKEN_SECONDS = 400 * 86_400;

/** People share devices. Who logged in last is remembered first. */
const MAX_USERS = 5;

/** What a login takes: a device is known to an account by that. */
export type DeviceOwner = Pick<User, "id" | "passwordHash" | "totpEnabled">;

interface DeviceClaims {
  /** The device's id. */
  readonly device: string;
  /** Who has logged in on it, with which password, and whether by a second factor. */
  readonly users: readonly string[];
}

/**
 * What a device keeps after a login: "user U has logged in on this device". It lets nobody in; it only gives the
 * device's attempts a counter of their own, so that other people's failures do not delay the owner (OWASP: "Slow Down
 * Online Guessing Attacks with Device Cookies"). A new password ends it: who knew the old one knows nothing. So does a
 * second factor that is turned on: any number of devices could have been made known by the password alone.
 */
export class DeviceTokens {
  readonly #tokens: SymmetricTokens;

  constructor(
    secretKeys: SecretKeys,
    private readonly clock: Clock,
  ) {
    this.#tokens = new SymmetricTokens(secretKeys, "device-token", DEVICE_TOKEN_TYPE);
  }

  /** @param current what the device holds already: it stays the same device to its other users */
  issue(current: string | null, owner: DeviceOwner): string {
    const { device, users } = this.#read(current) ?? { device: newId(), users: [] };
    const others = users.filter((user) => !user.startsWith(owner.id));
    const claims: DeviceClaims = { device, users: [describeOwner(owner), ...others].slice(0, MAX_USERS) };
    return this.#tokens.sign({ ...claims, iat: toNumericDate(this.clock()) });
  }

  /** The device's id, when this user has logged in on it with what a login takes today. */
  findDeviceId(token: string | null, owner: DeviceOwner): string | null {
    const claims = this.#read(token);
    return claims?.users.includes(describeOwner(owner)) ? claims.device : null;
  }

  #read(token: string | null): DeviceClaims | null {
    const claims = token === null ? null : this.#tokens.verify(token);
    if (claims === null || typeof claims.iat !== "number") return null;
    const isOver = claims.iat + DEVICE_TOKEN_SECONDS <= toNumericDate(this.clock());
    return isOver ? null : (claims as unknown as DeviceClaims);
  }
}

/** A stored hash is salted: a part of the hash of it gives nothing away. */
function describeOwner({ id, passwordHash, totpEnabled }: DeviceOwner): string {
  const password = createHash("sha256")
    .update(passwordHash ?? "")
    .update(totpEnabled ? " totp" : "")
    .digest("base64url");
  return `${id}.${password.slice(0, 12)}`;
}
