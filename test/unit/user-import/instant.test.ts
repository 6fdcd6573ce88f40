import { parseInstant } from "../../../src/modules/user-import/instant.js";

const iso = (value: unknown, unit: "milliseconds" | "seconds" | null = null) =>
  parseInstant(value, unit)?.toISOString() ?? null;

describe("a time in an export", () => {
  test.each([
    ["2024-05-06T07:08:09Z", "2024-05-06T07:08:09.000Z"],
    ["2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.123Z"],
    ["2024-05-06T07:08:09.5+02:00", "2024-05-06T05:08:09.500Z"],
    ["2024-05-06 07:08:09.123456+00", "2024-05-06T07:08:09.123Z"],
    ["2024-05-06 07:08:09-0330", "2024-05-06T10:38:09.000Z"],
    ["2024-05-06 07:08:09", "2024-05-06T07:08:09.000Z"],
    ["2024-05-06", "2024-05-06T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, expected) => {
    expect(iso(text)).toBe(expected);
    expect(iso(text, "milliseconds")).toBe(expected);
  });

  test.each([
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-05-06T24:00:00Z",
    "2024-05-06T07:60:00Z",
    "yesterday",
    "06/05/2024",
    "1714979289",
    "",
    " 2024-05-06",
    true,
    {},
    Number.NaN,
  ])("%j is none", (value) => {
    expect(iso(value)).toBeNull();
  });

  test("a number is one where its unit is known", () => {
    expect(iso("1714979289123", "milliseconds")).toBe("2024-05-06T07:08:09.123Z");
    expect(iso(1714979289123, "milliseconds")).toBe("2024-05-06T07:08:09.123Z");
    expect(iso(1714979289, "seconds")).toBe("2024-05-06T07:08:09.000Z");
    expect(iso(1714979289.5, "seconds")).toBe("2024-05-06T07:08:09.500Z");
    expect(iso(-1, "seconds")).toBeNull();
    expect(iso("1e300", "seconds")).toBeNull();
  });
});
