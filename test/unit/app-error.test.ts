import { forbidden } from "../../src/lib/app-error.js";

const FRAME = /\n\s+at /;

test("40: an expected fault has no stack: where a field is refused thousands of times, it would take longer than all else", () => {
  expect(forbidden().stack).not.toMatch(FRAME);
  expect(new Error("unexpected").stack).toMatch(FRAME);
});
