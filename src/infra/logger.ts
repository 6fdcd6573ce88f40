import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from "pino";
import type { Config } from "../config/config.js";

/** JSON lines. JSON escapes line breaks, so nothing a client sends can forge a line. */
export function createLogger({ logLevel }: Pick<Config, "logLevel">, destination: DestinationStream): Logger {
  const options = {
    level: logLevel,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return pino(options, destination);
}

/** These and no more: a database driver hangs statements, parameters and rows on its errors. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
