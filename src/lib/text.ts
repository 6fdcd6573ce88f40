/** How long a text is to a person: Unicode code points, not UTF-16 units. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/**
 * Whether a text can be stored in every database and come back exactly: no lone surrogates (they have no UTF-8
 * form) and no control characters (PostgreSQL stores no NUL; the others forge log lines).
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}
