/**
 * Folds the case of each letter by itself, so that the forms of sigma do not depend on the neighbours, and by way of the
 * upper case, so that letters with two lower-case forms come out as one; "ẞ" has its upper case after the lower one only.
 */
export function foldCase(text: string): string {
  return [...text].map((letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join("");
}
