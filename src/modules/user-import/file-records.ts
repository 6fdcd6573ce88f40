import { StartError } from "../../lib/start-error.js";
import { CsvBoundary, parseCsvRecord } from "./csv.js";
import { JsonArrayBoundary, unwrapElement } from "./json-array.js";
import { LineFault } from "./line-fault.js";
import {
  LINES,
  MAX_RECORD_BYTES,
  type RawRecord,
  type RecordBoundary,
  splitRecords,
} from "./record-splitter.js";

export const FILE_FORMATS = ["ndjson", "csv", "json"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** The named values of one record. */
export type Fields = Readonly<Record<string, unknown>>;

export interface FileRecord {
  readonly line: number;
  readonly endByte: number;
  readonly content: Fields | LineFault;
}

/** What is one record in a file of this kind. */
interface RecordKind {
  readonly boundary: RecordBoundary;
  /**
   * @returns the record, and how many lines of what was cut off belong to what stands before it; null for what is none
   * @throws LineFault
   */
  read(text: string, isFirst: boolean): { readonly fields: Fields; readonly linesBefore?: number } | null;
}

/**
 * Reads a file record by record. What is malformed is a record, too.
 *
 * @throws StartError for a file that as a whole is something else
 */
export async function* readFileRecords(
  chunks: AsyncIterable<Buffer>,
  format: FileFormat,
): AsyncGenerator<FileRecord> {
  const kind = KINDS[format]();
  let isFirst = true;
  for await (const raw of splitRecords(chunks, kind.boundary)) {
    const record = readRecord(kind, raw, isFirst);
    isFirst = false;
    if (record !== null) yield record;
  }
}

function readRecord(
  kind: RecordKind,
  { line, bytes, endByte }: RawRecord,
  isFirst: boolean,
): FileRecord | null {
  try {
    if (bytes === null) throw new LineFault(null, `The line is longer than ${MAX_RECORD_BYTES} bytes.`);
    const read = kind.read(decode(bytes), isFirst);
    return read === null ? null : { line: line + (read.linesBefore ?? 0), endByte, content: read.fields };
  } catch (error) {
    if (!(error instanceof LineFault)) throw error;
    return { line, endByte, content: error };
  }
}

/** Without the byte order mark that some editors put first. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LineFault(null, "The line is not UTF-8.");
  }
}

const KINDS: Readonly<Record<FileFormat, () => RecordKind>> = {
  ndjson: () => ({
    boundary: LINES,
    read: (text) => (text.trim() === "" ? null : { fields: parseObject(text) }),
  }),
  json: () => ({
    boundary: new JsonArrayBoundary(),
    read(text, isFirst) {
      const unwrapped = unwrapElement(text, isFirst);
      if (unwrapped === null) return null;
      const linesBefore = unwrapped.before.split("\n").length - 1;
      return { fields: parseObject(unwrapped.element), linesBefore };
    },
  }),
  csv: () => {
    let columns: readonly string[] | undefined;
    return {
      boundary: new CsvBoundary(),
      read(text) {
        const values = text.trim() === "" ? [] : parseCsvRecord(text);
        if (values?.length === 0) return null;
        if (columns !== undefined) return { fields: nameValues(columns, values) };
        columns = checkHeader(values);
        return null;
      },
    };
  },
};

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Node's own message quotes the text.
    throw new LineFault(null, "The line is not JSON.");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new LineFault(null, "The line is not a JSON object.");
}

function checkHeader(columns: readonly string[] | null): readonly string[] {
  if (!columns?.includes("email")) {
    throw new StartError("The first line has to name the columns, separated by commas, and one is email.");
  }
  const [twice] = columns.filter((name, index) => columns.indexOf(name) !== index);
  if (twice === undefined) return columns;
  throw new StartError(`The first line names the column ${JSON.stringify(twice)} twice.`);
}

/** An empty field is none: CSV cannot tell them apart. */
function nameValues(columns: readonly string[], values: readonly string[] | null): Fields {
  if (values === null) throw new LineFault(null, "The line is not CSV: a quote is missing or out of place.");
  if (values.length !== columns.length) {
    throw new LineFault(null, `The line has ${values.length} fields, not ${columns.length}.`);
  }
  return Object.fromEntries(columns.map((name, index) => [name, values[index]]).filter(([, value]) => value));
}
