import { normalizeAddressBeginning } from "../../lib/email-address.js";
import { normalizeName } from "../../lib/name.js";
import { isStorableText } from "../../lib/text.js";
import { normalizeUsername } from "../../lib/username.js";

/** Nothing that is stored is longer. What follows may take time that grows with the square of the length. */
const MAX_SEARCH_LENGTH = 1000;

/** What the columns that are searched begin with. */
export interface Beginnings {
  /** Either of them. */
  readonly address: readonly string[];
  readonly username: string;
  readonly name: string;
}

/** @returns null when nobody is searched for, "nobody" when no text that is stored can begin like that */
export function readSearch(search: string | null | undefined): Beginnings | "nobody" | null {
  const text = search?.trim() ?? "";
  if (text === "") return null;
  if (text.length > MAX_SEARCH_LENGTH || !isStorableText(text)) return "nobody";
  return {
    address: normalizeAddressBeginning(text),
    username: normalizeUsername(text),
    name: normalizeName(text),
  };
}

/**
 * The first text, byte by byte in UTF-8, that comes after all that begin so: between the two lies a range of an index.
 * Null when there is none.
 */
export function firstTextAfter(beginning: string): string | null {
  const letters = [...beginning];
  for (;;) {
    const last = letters.pop()?.codePointAt(0);
    if (last === undefined) return null;
    if (last < 0x10ffff) return letters.join("") + String.fromCodePoint(nextCodePoint(last));
  }
}

/** Surrogates have no UTF-8 form. */
function nextCodePoint(codePoint: number): number {
  return codePoint === 0xd7ff ? 0xe000 : codePoint + 1;
}
