import type { RecordBoundary } from "./record-splitter.js";

const [QUOTE, COMMA, LINE_FEED] = [0x22, 0x2c, 0x0a];

/** A line feed outside of quotes. A quote that does not begin its field is no quote: it must not swallow the rest of the file. */
export class CsvBoundary implements RecordBoundary {
  #state: "fieldStart" | "plain" | "quoted" | "quoteInQuoted" = "fieldStart";

  endsAt(byte: number): boolean {
    if (this.#state === "quoted") {
      if (byte === QUOTE) this.#state = "quoteInQuoted";
      return false;
    }
    if (byte === QUOTE && this.#state !== "plain") {
      this.#state = "quoted";
      return false;
    }
    this.#state = byte === COMMA || byte === LINE_FEED ? "fieldStart" : "plain";
    return byte === LINE_FEED;
  }
}

/**
 * The fields of one record (RFC 4180), its line break included or not.
 *
 * @returns null for what is malformed: a quote that is not closed, or something behind one that is
 */
export function parseCsvRecord(text: string): readonly string[] | null {
  const record = text.replace(/\r?\n$/, "");
  const fields: string[] = [];
  for (let position = 0; ; ) {
    const field = record[position] === '"' ? readQuoted(record, position) : readPlain(record, position);
    if (field === null) return null;
    fields.push(field.text);
    if (field.end === record.length) return fields;
    if (record[field.end] !== ",") return null;
    position = field.end + 1;
  }
}

interface CsvField {
  readonly text: string;
  readonly end: number;
}

function readPlain(record: string, start: number): CsvField | null {
  const comma = record.indexOf(",", start);
  const end = comma === -1 ? record.length : comma;
  const text = record.slice(start, end);
  return text.includes('"') ? null : { text, end };
}

function readQuoted(record: string, start: number): CsvField | null {
  const quoted = /"([^"]*(?:""[^"]*)*)"/y;
  quoted.lastIndex = start;
  const [, inside] = quoted.exec(record) ?? [];
  return inside === undefined ? null : { text: inside.replaceAll('""', '"'), end: quoted.lastIndex };
}
