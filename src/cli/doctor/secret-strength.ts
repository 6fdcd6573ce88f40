import { constants, deflateRawSync } from "node:zlib";

/** 256 random bits have about 15 of 16 hexadecimal digits, and 30 or more different characters in base64. */
const MIN_DIFFERENT_CHARACTERS = 10;
const MIN_ESTIMATED_BITS = 96;
const MAX_SEQUENTIAL_SHARE = 0.4;
/** What is random does not get shorter; repeated pieces do. */
const MIN_COMPRESSED_SHARE = 0.75;

/** Six letters or more, eight where they are hexadecimal digits: none comes up in what is random. */
const WORDS_OF_EXAMPLES =
  /change.?me|change.?this|secret|passw(or)?d|example|latchkey|replace|insecure|placeholder|qwert[yz]|12345678|abcdefgh|development|at.?least|default|sample|lorem.?ipsum|deadbeef/i;

/**
 * Why a secret of sufficient length can be guessed, as far as that shows; null where nothing shows. An estimate: what
 * looks random need not be, so that the advice is always to have one made.
 */
export function weaknessOf(secret: string): string | null {
  const characters = [...secret];
  const different = new Set(characters).size;
  if (WORDS_OF_EXAMPLES.test(secret)) return "it contains words that examples are made of";
  if (different < MIN_DIFFERENT_CHARACTERS) return `it has only ${different} different characters`;
  if (sequentialShare(characters) > MAX_SEQUENTIAL_SHARE) return "its characters follow one another in order";
  if (compressedShare(secret) < MIN_COMPRESSED_SHARE) return "it repeats itself";
  if (estimatedBits(characters) < MIN_ESTIMATED_BITS) return "it has too little variety";
  return null;
}

/** Of the steps from one character to the next, how many are to the same or to a neighbour: "aaa", "abc", "987". */
function sequentialShare(characters: readonly string[]): number {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => Math.abs(code - (codes[index] ?? 0)));
  return steps.filter((step) => step <= 1).length / Math.max(1, steps.length);
}

/** With fixed codes nothing counts but pieces that come again: hexadecimal digits alone save nothing. */
function compressedShare(secret: string): number {
  return deflateRawSync(secret, { strategy: constants.Z_FIXED }).length / Buffer.byteLength(secret);
}

/** Shannon's entropy over the frequencies of characters. */
function estimatedBits(characters: readonly string[]): number {
  const shares = [...Map.groupBy(characters, (character) => character).values()].map(
    (same) => same.length / characters.length,
  );
  return characters.length * shares.reduce((bits, share) => bits - share * Math.log2(share), 0);
}
