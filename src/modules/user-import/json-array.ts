import { StartError } from "../../lib/start-error.js";
import type { RecordBoundary } from "./record-splitter.js";

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/** The end of each object in the outermost array: of `[{…}, {…}]`, and of `{"users": [{…}, {…}]}`. */
export class JsonArrayBoundary implements RecordBoundary {
  #depth = 0;
  #depthOfElements: number | null = null;
  #isInString = false;
  #isEscaped = false;

  endsAt(byte: number): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInString = false;
      return false;
    }
    if (byte === QUOTE) this.#isInString = true;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#depth += 1;
      if (byte === OPEN_BRACKET) this.#depthOfElements ??= this.#depth;
    }
    if (byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET) return false;
    this.#depth -= 1;
    return byte === CLOSE_BRACE && this.#depth === this.#depthOfElements;
  }
}

/** An object of the array as text, without what stands before it; null for what stands behind the last one. */
export function unwrapElement(text: string, isFirst: boolean): { before: string; element: string } | null {
  const [before] = (isFirst ? /^\s*(?:\{\s*"users"\s*:\s*)?\[\s*/ : /^\s*,?\s*/).exec(text) ?? [];
  if (before === undefined) {
    throw new StartError(
      'The file is neither an array of objects nor {"users": […]}. With one object a line use --format ndjson.',
    );
  }
  const element = text.slice(before.length);
  return /^\]?\s*\}?\s*$/.test(element) ? null : { before, element };
}
