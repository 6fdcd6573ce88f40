/** The top-level error codes of the contract: what a client library handles by itself. */
export type AppErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "REAUTHENTICATION_REQUIRED"
  | "RATE_LIMITED"
  | "SERVICE_UNAVAILABLE"
  | "BAD_USER_INPUT"
  | "BAD_REQUEST";

/** Why a request counts as anonymous; `extensions.reason` of UNAUTHENTICATED. */
export type UnauthenticatedReason = "MISSING_TOKEN" | "INVALID_TOKEN" | "TOKEN_EXPIRED" | "SESSION_REVOKED";

/**
 * An expected fault that a client library handles by itself. Its message is public; every other error is
 * logged whole and answered with an id only. `extensions` is what graphql-js copies into the answer.
 *
 * Without a stack, which nobody is shown: lists in lists can refuse a field thousands of times in one request, and
 * working out as many would keep the process from everybody else for seconds.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly extensions: { readonly code: AppErrorCode; readonly [detail: string]: unknown };

  constructor(code: AppErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.extensions = { ...details, code };
  }
}

const unauthenticatedMessages: Record<UnauthenticatedReason, string> = {
  MISSING_TOKEN: "Log in first: this operation needs an access token (Authorization: Bearer).",
  INVALID_TOKEN: "The access token is not valid: refresh it, or log in.",
  TOKEN_EXPIRED: "The access token has expired: refresh it, or log in.",
  SESSION_REVOKED: "The session of this access token has ended: log in.",
};

export function unauthenticated(reason: UnauthenticatedReason): AppError {
  return new AppError("UNAUTHENTICATED", unauthenticatedMessages[reason], { reason });
}

export function forbidden(): AppError {
  return new AppError("FORBIDDEN", "You are not allowed to do this.");
}

/** @param retryAfter in seconds */
export function rateLimited(retryAfter: number): AppError {
  return new AppError("RATE_LIMITED", "Too many requests of this kind. Wait a little and try again.", {
    retryAfter,
  });
}

export function reauthenticationRequired(): AppError {
  return new AppError(
    "REAUTHENTICATION_REQUIRED",
    "This needs a recent login: call `reauthenticate`, then try again.",
  );
}

/** After so long trying again makes sense, whatever it was that could not be done. */
export const RETRY_AFTER_SECONDS = 2;

export function serviceUnavailable(): AppError {
  return new AppError("SERVICE_UNAVAILABLE", "The server cannot do this right now. Try again shortly.", {
    retryAfter: RETRY_AFTER_SECONDS,
  });
}
