import { type DestinationStream, type Logger, pino, stdSerializers } from "pino";
import type { Config } from "../config/config.js";
import { withSourcePlaces } from "./source-places.js";

/** JSON lines. JSON escapes line breaks, so nothing a client sends can forge a line. */
export function createLogger({ logLevel }: Pick<Config, "logLevel">, destination: DestinationStream): Logger {
  const options = {
    level: logLevel,
    base: undefined,
    timestamp: createTimestamps(),
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return pino(options, destination);
}

/** These and no more: a database driver hangs statements, parameters and rows on its errors. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack: withSourcePlaces(stack) };
}

/** Written in ISO 8601 once for all lines of a millisecond. */
function createTimestamps(): () => string {
  let ms = Number.NaN;
  let member = "";
  return () => {
    const now = Date.now();
    if (now !== ms) {
      ms = now;
      member = `,"time":"${new Date(now).toISOString()}"`;
    }
    return member;
  };
}
