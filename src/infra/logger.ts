import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from "pino";
import type { Config } from "../config/config.js";

/** JSON lines on standard output. JSON escapes line breaks, so nothing a client sends can forge a line. */
export function createLogger(
  { logLevel }: Pick<Config, "logLevel">,
  destination: DestinationStream = createStandardOutput(),
): Logger {
  const options = {
    level: logLevel,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: serializeError },
  };
  return pino(options, destination);
}

/** What waits for a reader that has stopped reading; beyond it lines are dropped. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Written at the end of each turn of the event loop: however many requests a turn has served, it is one write. A
 * collector that reads no more must not hold up the server, nor its end: pino's own destination would wait for it,
 * with the whole process.
 */
function createStandardOutput(): DestinationStream {
  const output = pino.destination({
    // By way of process.stdout: Node makes a pipe non-blocking with it.
    dest: process.stdout.fd,
    sync: true,
    maxLength: MAX_UNREAD_BYTES,
    retryEAGAIN: () => false,
  });
  // What could not be written stays for the next line, or there is nobody to tell.
  output.on("error", () => {});
  return writingOnceATurn(output);
}

function writingOnceATurn(output: DestinationStream): DestinationStream {
  let lines = "";
  const write = (): void => {
    if (lines !== "") output.write(lines);
    lines = "";
  };
  process.on("exit", write);
  return {
    write(line) {
      if (lines === "") setImmediate(write);
      lines += line;
    },
  };
}

/** These and no more: a database driver hangs statements, parameters and rows on its errors. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
