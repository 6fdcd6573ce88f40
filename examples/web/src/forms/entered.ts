/** What stands in a text field. */
export function textOf(entered: FormData, name: string): string {
  const value = entered.get(name);
  return typeof value === "string" ? value : "";
}

/** Of a field that may stay empty: null where it is. */
export const textOrNull = (entered: FormData, name: string): string | null => textOf(entered, name) || null;
