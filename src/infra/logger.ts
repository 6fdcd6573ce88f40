import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from "pino";
import type { Config } from "../config/config.js";

/** JSON lines on standard output. JSON escapes line breaks, so nothing a client sends can forge a line. */
export function createLogger(
  { logLevel }: Pick<Config, "logLevel">,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: logLevel,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A database driver's error carries the whole statement with its values; only what went wrong is logged. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return {
    type,
    message: withoutStatement(message),
    stack: stack.replace(message, withoutStatement(message)),
  };
}

function withoutStatement(message: string): string {
  return /^\s*(?:select|insert|update|delete|begin|commit|with)\b/i.test(message)
    ? `… ${message.slice(message.lastIndexOf(" - ") + 1)}`
    : message;
}
