/** A line that is not imported, and why. */
export interface Refusal {
  readonly line: number;
  readonly field?: string;
  readonly reason: string;
}

export function isRefusal(value: unknown): value is Refusal {
  return (
    typeof value === "object" &&
    value !== null &&
    "line" in value &&
    Number.isSafeInteger(value.line) &&
    "reason" in value &&
    typeof value.reason === "string"
  );
}
