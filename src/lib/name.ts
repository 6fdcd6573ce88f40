import { foldCase } from "./letter-case.js";

/** What a search for the beginning of a person's name goes by. Only ever compared. */
export function normalizeName(name: string): string {
  return foldCase(name.normalize("NFKC"));
}
