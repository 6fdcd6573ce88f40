import { type DestinationStream, pino } from "pino";

/** What waits for a reader that has stopped reading; beyond it lines are dropped. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Written at the end of each turn of the event loop: however many requests a turn has served, it is one write. A
 * collector that reads no more must not hold up the server, nor its end: pino's own destination would wait for it,
 * with the whole process.
 */
export function createStandardOutput(): DestinationStream {
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
