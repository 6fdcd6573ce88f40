import fc from "fast-check";
import { normalizeAddressBeginning, parseEmailAddress } from "../../src/lib/email-address.js";
import { normalizeName } from "../../src/lib/name.js";
import { firstTextAfter, readSearch } from "../../src/modules/admin/user-search.js";

const inBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** As it is typed, letter by letter. */
function beginningsOf(text: string): string[] {
  const letters = [...text.normalize("NFC")];
  return letters.map((_, index) => letters.slice(0, index + 1).join(""));
}

describe("the beginning of an address", () => {
  const isFoundBy = (address: string) => {
    const { normalized } = parseEmailAddress(address) ?? { normalized: "" };
    return (typed: string): boolean =>
      normalizeAddressBeginning(typed).some((beginning) => normalized.startsWith(beginning));
  };

  test.each([
    "ada.lovelace+math@example.org",
    "ADA@Example.ORG",
    "ada@163.com",
    "ada@1.2.3.4a.org",
    "ada@my-host.example",
    "ada@x.org",
    "ada@xn--bcher-kva.example",
    "ada@xnor.example",
    "josé@example.org",
    "ΟΔΥΣΣΕΥΣ@example.org",
    "пётр@пример.испытание",
    "pаypal@pаypal.example",
    "ada@bücher.example",
    "ada@bücher.münchen.example",
    "ada@straße.example",
    "ada@日本語.jp",
    "🦉@🦉.example",
  ])("finds %s whatever has been typed of it", (address) => {
    const missed = beginningsOf(address).filter((typed) => !isFoundBy(address)(typed));
    expect(missed).toEqual([]);
  });

  test("does not find another one", () => {
    expect(isFoundBy("ada@example.org")("ada@example.com")).toBe(false);
    expect(isFoundBy("ada@bücher.example")("ada@becher.")).toBe(false);
    expect(isFoundBy("ada@0.0.0.163.org")("ada@163")).toBe(false);
    expect(isFoundBy("ada@com.example")("ada@ex ample.com")).toBe(false);
  });

  test.each(["x", "xn", "xn-", "xn--", "xn--b", "b", "", "ü"])(
    "is none of which another begins with, so that nobody is found twice: %s",
    (label) => {
      const [first = "", ...others] = normalizeAddressBeginning(`ada@${label}`);
      expect(others.filter((other) => other.startsWith(first) || first.startsWith(other))).toEqual([]);
    },
  );
});

describe("the beginning of a name", () => {
  test.each(["ΟΔΥΣΣΕΥΣ", "Οδυσσεύς", "Straße", "STRASSE", "İpek", "Ⅷ Henry", "ǅemal"])(
    "finds %s in any letter case, whatever has been typed of it",
    (name) => {
      const typed = beginningsOf(name).flatMap((beginning) => [
        beginning,
        beginning.toUpperCase(),
        beginning.toLowerCase(),
      ]);
      // Upper and lower case of "İ" are letters of their own.
      const missed = typed.filter(
        (beginning) => !normalizeName(name).startsWith(normalizeName(beginning)) && !/[İi]/.test(beginning),
      );
      expect(missed).toEqual([]);
    },
  );
});

describe("the first text after all that begin alike", () => {
  const texts = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());

  test("is greater than each of them, and not greater than what does not begin so", () => {
    fc.assert(
      fc.property(texts, texts, (beginning, other) => {
        const end = firstTextAfter(beginning);
        const isInRange = inBytes(other, beginning) >= 0 && (end === null || inBytes(other, end) < 0);
        expect(isInRange).toBe(other.startsWith(beginning));
        const longer = beginning + other;
        expect(end === null || inBytes(longer, end) < 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["a", "b"],
    ["a\u{10ffff}", "b"],
    ["a\ud7ff", "a\ue000"],
    ["a\uffff", "a\u{10000}"],
    ["\u{10ffff}\u{10ffff}", null],
    ["", null],
  ])("%j: %j", (beginning, end) => {
    expect(firstTextAfter(beginning)).toBe(end);
  });
});

describe("a search", () => {
  test.each([undefined, null, "", " ", "\t\n"])("%j is none", (search) => {
    expect(readSearch(search)).toBeNull();
  });

  test.each(["a\u0000", "\ud800", "a\u0007b", "x".repeat(1_000_000)])(
    "that nothing stored can begin with finds nobody",
    (search) => {
      expect(readSearch(search)).toBe("nobody");
    },
  );

  test("forgives spaces around it", () => {
    expect(readSearch(" Ada ")).toEqual({ address: ["ada"], username: "ada", name: "ada" });
  });
});
