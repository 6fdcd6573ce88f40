import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { StartError } from "../../lib/start-error.js";

const CHUNK_BYTES = 262_144;

/**
 * The content of a file, and what it is taken for, as one text: SHA-256, hexadecimal.
 *
 * @throws StartError when it cannot be read
 */
export async function digestFile(path: string, meaning: string): Promise<string> {
  const hash = createHash("sha256").update(`${meaning}\n`);
  for await (const chunk of readChunks(path)) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * @param path null is standard input
 * @throws StartError when it cannot be read
 */
export async function* readChunks(path: string | null): AsyncGenerator<Buffer> {
  try {
    yield* path === null ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new StartError(`The file ${path ?? "of standard input"} cannot be read (${code}).`);
  }
}
