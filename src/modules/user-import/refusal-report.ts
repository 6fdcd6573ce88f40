import { type FileHandle, open } from "node:fs/promises";
import { StartError } from "../../lib/start-error.js";
import { LINES, splitRecords } from "./record-splitter.js";
import { isRefusal, type Refusal } from "./refusal.js";
import { readChunks } from "./source-file.js";

/** Of whatever we write into a report. */
const BEGINNING = '{"line":';

/** Where refused lines are told, one JSON object a line. */
export interface RefusalLog {
  /** To be called before the transaction commits, and again when it is begun anew. */
  write(refusals: readonly Refusal[]): Promise<void>;
  /** The transaction has committed: what was written stays. */
  keep(refusals: readonly Refusal[]): void;
  close(): Promise<void>;
}

/**
 * A file, in which every refused line of an import is exactly once, also when the import was killed: a batch's are there
 * before it commits, and what belongs to none that has committed is written over.
 */
export class RefusalReport implements RefusalLog {
  #written = 0;

  private constructor(
    private readonly file: FileHandle,
    private end: number,
  ) {}

  /**
   * @param goesOnAfterLine the last line that is dealt with, of an import that goes on; null for a new one
   * @throws StartError for a file that is there already and is no report of this import
   */
  static async open(path: string, goesOnAfterLine: number | null): Promise<RefusalReport> {
    const file = await openOwn(path, goesOnAfterLine === null ? "wx" : "a");
    await file.close();
    const end = goesOnAfterLine === null ? 0 : await findEnd(path, goesOnAfterLine);
    // Not for appending: that would write behind what is to be written over.
    return new RefusalReport(await openOwn(path, "r+"), end);
  }

  async write(refusals: readonly Refusal[]): Promise<void> {
    const bytes = Buffer.from(refusals.map((refusal) => `${JSON.stringify(refusal)}\n`).join(""));
    await this.file.truncate(this.end);
    // On a disk that is nearly full a write takes less than it was given, and the next one fails.
    for (let done = 0; done < bytes.length; ) {
      done += (await this.file.write(bytes, done, bytes.length - done, this.end + done)).bytesWritten;
    }
    if (bytes.length > 0) await this.file.datasync();
    this.#written = bytes.length;
  }

  keep(): void {
    this.end += this.#written;
    this.#written = 0;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Readable by its owner only: it tells who was to be a user here. */
async function openOwn(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw new StartError(`The report ${path} is there already: choose another file.`);
    throw new StartError(`The report ${path} cannot be written (${code}).`);
  }
}

/** The byte behind the last refusal that is to stay. */
async function findEnd(path: string, lastLine: number): Promise<number> {
  let end = 0;
  for await (const { bytes, endByte } of splitRecords(readChunks(path), LINES)) {
    const text = bytes?.toString() ?? "";
    const refusal = parse(text);
    // We write no line that is too long to be read, torn or not.
    const isOurs = bytes !== null && BEGINNING.startsWith(text.slice(0, BEGINNING.length));
    if (refusal === null && end === 0 && !isOurs) {
      throw new StartError(`The file ${path} is no report of refused lines: choose another.`);
    }
    // One that is torn was never committed.
    if (refusal === null || refusal.line > lastLine || !text.endsWith("\n")) return end;
    end = endByte;
  }
  return end;
}

function parse(text: string): Refusal | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRefusal(value) ? value : null;
  } catch {
    return null;
  }
}
