import { AppError } from "../../lib/app-error.js";

/** Whoever takes away the last of password and passkeys locks themself out. */
export function lastWayIn(): AppError {
  return new AppError(
    "FORBIDDEN",
    "Nothing else logs in to this account: add a passkey or set a password first.",
    { reason: "LAST_WAY_IN" },
  );
}
