import { remember } from "../../src/lib/remember.js";

test("a cache that is full loses whoever came first", () => {
  const cache = new Map<number, string>();
  for (let key = 1; key <= 5; key++) remember(cache, key, `value ${key}`, 3);
  expect([...cache]).toEqual([
    [3, "value 3"],
    [4, "value 4"],
    [5, "value 5"],
  ]);
});
