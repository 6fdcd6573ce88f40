import { StringDecoder } from "node:string_decoder";
import type { ReadStream } from "node:tty";
import { StartError } from "../lib/start-error.js";
import { TypedLine } from "./typed-line.js";

/** More than any password has; who pipes in a file by mistake is told so. */
const MAX_LINE_BYTES = 65_536;

export interface NewPassword {
  readonly password: string;
  /** Null where it was not typed by hand. */
  readonly confirmation: string | null;
}

/**
 * Asks for a new password twice at a terminal, where it does not show; takes one line of standard input anywhere else.
 *
 * @throws StartError when the person gives up
 */
export async function askForNewPassword(): Promise<NewPassword> {
  if (!process.stdin.isTTY) return { password: await readPipedLine(process.stdin), confirmation: null };
  const [password = "", confirmation = ""] = await askHidden(process.stdin, ["Password: ", "Once more: "]);
  return { password, confirmation };
}

/** The terminal is as it was, whatever happens: while the work is done Ctrl-C ends the process again. */
async function askHidden(terminal: ReadStream, prompts: readonly string[]): Promise<readonly string[]> {
  const wasRaw = terminal.isRaw;
  terminal.setRawMode(true);
  try {
    return await readHidden(terminal, prompts);
  } finally {
    terminal.setRawMode(wasRaw);
    // It would keep the process alive.
    terminal.pause();
  }
}

async function readHidden(terminal: ReadStream, prompts: readonly string[]): Promise<readonly string[]> {
  const typed = new TypedLine();
  const decoder = new StringDecoder("utf8");
  const lines: string[] = [];
  process.stderr.write(prompts[0] ?? "");
  for await (const chunk of terminal.iterator({ destroyOnReturn: false })) {
    for (let outcome = typed.type(decoder.write(chunk)); outcome !== null; outcome = typed.type("")) {
      process.stderr.write("\n");
      if (outcome === "cancelled") throw new StartError("Cancelled: nothing was done.");
      lines.push(outcome.line);
      if (lines.length === prompts.length) return lines;
      process.stderr.write(prompts[lines.length] ?? "");
    }
  }
  throw new StartError("The terminal was closed: nothing was done.");
}

/** Without the line break at its end. */
async function readPipedLine(input: AsyncIterable<Buffer>): Promise<string> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of input) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.includes("\n")) break;
    if (bytes.length > MAX_LINE_BYTES) throw new StartError("The line of standard input is too long.");
  }
  const [line = ""] = decode(bytes).split("\n");
  return line.replace(/\r$/, "");
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StartError("The password on standard input is not UTF-8.");
  }
}
