import type { Fields } from "./file-records.js";
import { type InstantUnit, parseInstant } from "./instant.js";
import { LineFault } from "./line-fault.js";

const BOOLEANS = new Map<unknown, boolean>([
  ...[true, 1, "1", "true", "t"].map((value) => [value, true] as const),
  ...[false, 0, "0", "false", "f"].map((value) => [value, false] as const),
]);

/** Takes values out of a record by their names in the file. What is not of the wanted kind is a {@link LineFault}. */
export class FieldReader {
  constructor(readonly fields: Fields) {}

  /** An empty text is one, too. */
  exactText(name: string): string | null {
    const value = this.fields[name] ?? null;
    if (value === null || typeof value === "string") return value;
    throw new LineFault(name, "This is not a text.");
  }

  /** In exports of others an empty text means that there is none. */
  text(name: string): string | null {
    return this.exactText(name) || null;
  }

  boolean(name: string): boolean | null {
    const value = this.fields[name] ?? null;
    // Python writes "True".
    const known = BOOLEANS.get(typeof value === "string" ? value.toLowerCase() : value);
    if (known !== undefined || value === null || value === "") return known ?? null;
    throw new LineFault(name, "This is neither true nor false.");
  }

  /** @param unit of a number; a text is ISO 8601, and a number in it is no time without a unit */
  instant(name: string, unit: InstantUnit | null = null): Date | null {
    const value = this.fields[name] ?? null;
    if (value === null || value === "") return null;
    const instant = parseInstant(value, unit);
    if (instant !== null) return instant;
    throw new LineFault(name, "This is not a time such as 2024-05-06T07:08:09Z.");
  }

  /** One of a few texts. */
  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | null {
    const text = this.text(name);
    const known = values.find((value) => value === text);
    if (known !== undefined || text === null) return known ?? null;
    throw new LineFault(name, `This is none of ${values.join(", ")}.`);
  }

  /** An object, or in CSV the text of one. */
  object(name: string): FieldReader {
    const value = this.fields[name] ?? "{}";
    const object = typeof value === "string" ? parse(value) : value;
    if (typeof object === "object" && object !== null && !Array.isArray(object)) {
      return new FieldReader(object as Fields);
    }
    throw new LineFault(name, "This is not a JSON object.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return null;
  }
}
