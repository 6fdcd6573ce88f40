import type { Config } from "../../config/config.js";
import { AppError } from "../../lib/app-error.js";

/** @throws AppError BAD_USER_INPUT */
export function requirePasskeys({ webauthn }: Pick<Config, "webauthn">): void {
  if (webauthn.isEnabled) return;
  throw new AppError("BAD_USER_INPUT", "This server does not offer passkeys: see authSettings.");
}
