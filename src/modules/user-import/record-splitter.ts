/** No user's line is as long; what is longer is never held in memory. */
export const MAX_RECORD_BYTES = 65_536;

const LINE_FEED = 0x0a;

/** Where records end, told byte by byte. What it looks for are ASCII characters, which no other character's UTF-8 holds. */
export interface RecordBoundary {
  /** Whether the record ends with this byte. */
  endsAt(byte: number): boolean;
}

/** Every line is a record. */
export const LINES: RecordBoundary = { endsAt: (byte) => byte === LINE_FEED };

export interface RawRecord {
  /** The first of its lines in the file, from 1 on. */
  readonly line: number;
  /** Null when it is longer than {@link MAX_RECORD_BYTES}. */
  readonly bytes: Buffer | null;
  /** How much of the file has been read with it. */
  readonly endByte: number;
}

/** Cuts a file into records, in constant memory whatever is in it. */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  boundary: RecordBoundary,
): AsyncGenerator<RawRecord> {
  const record = new RecordInProgress();
  let chunkStart = 0;
  let line = 1;
  let firstLine = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index] ?? 0;
      if (byte === LINE_FEED) line += 1;
      if (!boundary.endsAt(byte)) continue;
      record.add(chunk.subarray(start, index + 1));
      yield { line: firstLine, bytes: record.take(), endByte: chunkStart + index + 1 };
      start = index + 1;
      firstLine = line;
    }
    record.add(chunk.subarray(start));
    chunkStart += chunk.length;
  }
  if (record.isBegun) yield { line: firstLine, bytes: record.take(), endByte: chunkStart };
}

class RecordInProgress {
  #pieces: Buffer[] = [];
  #length = 0;

  get isBegun(): boolean {
    return this.#length > 0;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > MAX_RECORD_BYTES) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  take(): Buffer | null {
    const bytes = this.#length > MAX_RECORD_BYTES ? null : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return bytes;
  }
}
