import fc from "fast-check";

/**
 * Decisions of a generator, read off a list of numbers. With a shorter list, or smaller numbers, the rest of the decisions
 * are the first and plainest ones: what fast-check shrinks is the list, and what comes out gets simpler.
 */
export class Choices {
  #next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  below(limit: number): number {
    const number = this.numbers[this.#next] ?? 0;
    this.#next += 1;
    return number % limit;
  }

  oneOf<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("Nothing to choose from");
    return value;
  }

  /** Once in so many times; never when the numbers have run out. */
  once(times: number): boolean {
    return this.below(times) === times - 1;
  }

  /** At least one of them, in their order or not. */
  some<Value>(values: readonly Value[], atMost: number): Value[] {
    return Array.from({ length: 1 + this.below(atMost) }, () => this.oneOf(values));
  }
}

const MOST_CHOICES = 160;

/** @param build makes a value by choosing, always the same by the same choices */
export function byChoices<Value>(build: (choices: Choices) => Value): fc.Arbitrary<Value> {
  return fc
    .array(fc.nat(9999), { maxLength: MOST_CHOICES, size: "max" })
    .map((numbers) => build(new Choices(numbers)));
}
