import { createHash } from "node:crypto";
import fc from "fast-check";
import { parseEmailAddress } from "../../src/lib/email-address.js";
import { LOOK_ALIKES } from "../../src/lib/look-alikes.js";

const keyOf = (address: string): string | undefined => parseEmailAddress(address)?.normalized;

/** What meets in the wild, what folds in unusual ways, and marks that move when text is composed. */
const letters = fc.constantFrom(
  ...[..."abcdefghijklmnopqrstuvwxyz0123456789-'+_", ...LOOK_ALIKES.keys()],
  ...[..."ſ\u212a\u212bıİẞßŉǰΐΰᾳᾼΣσςϐϑϕϖϱϵµỺϴІЇЁЙѢӀӒԐՏŸÆæØøŁłÐðÞþ例用אבלاأآÇçĲǅﬃ①²ª"],
  ..."\u0300\u0301\u0307\u0308\u0323\u0328\u0345".split(""),
);
const localParts = fc.string({ unit: letters, minLength: 1, maxLength: 8 });

describe("look-alike letters", () => {
  test.each([
    ["paypal@example.org", "pаypal@example.org", "one Cyrillic letter"],
    ["coco@example.org", "сосо@example.org", "all Cyrillic"],
    ["tom@example.org", "ТОМ@example.org", "alike in upper case only"],
    ["tom@example.org", "том@example.org", "the lower case of that"],
    ["google@example.org", "gοοgle@example.org", "omicron"],
    ["google@example.org", "gσσgle@example.org", "sigma"],
    ["nova@example.org", "noνa@example.org", "nu, which has the upper case of N and the look of v"],
    ["ada@example.org", "ɑdɑ@example.org", "Latin alpha"],
    ["gina@example.org", "ɡina@example.org", "Latin script g"],
    ["mike@example.org", "mıke@example.org", "dotless i"],
    ["mike@example.org", "MİKE@example.org", "dotted I"],
    ["mike@example.org", "mi\u0307ke@example.org", "i with a second dot"],
    ["mi\u0328ke@example.org", "mi\u0328\u0307ke@example.org", "i with a tail and a second dot"],
    ["mike@example.org", "mi\u212ae@example.org", "Kelvin sign"],
    ["sam@example.org", "ſam@example.org", "long s"],
    ["anna@example.org", "aոոa@example.org", "Armenian"],
    ["lolo@example.org", "וסוס@example.org", "Hebrew"],
    ["lolo@example.org", "اهاه@example.org", "Arabic"],
    ["ada@example.org", "ᎪᎠᎪ@example.org", "Cherokee"],
    ["ada@example.org", "ꓮꓓꓮ@example.org", "Lisu"],
    ["ada@example.org", "ᴀᴅᴀ@example.org", "small capitals"],
    ["ada@example.org", "𝖆𝖉𝖆@example.org", "mathematical letters"],
    ["ada@example.org", "🅰🅓🇦@example.org", "letters in frames"],
    ["boo@example.org", "bꝏ@example.org", "a ligature"],
    ["o'neil-x@example.org", "o’neil‐x@example.org", "punctuation"],
    ["jürgen@example.org", "ju\u0308rgen@example.org", "a combining mark"],
    ["märz@example.org", "mӓrz@example.org", "a composed Cyrillic letter"],
    ["márz@example.org", "m\u0430\u0301rz@example.org", "a Cyrillic letter with a mark, composed with none"],
    ["ại@example.org", "ᾼ\u0323@example.org", "an iota subscript, which goes behind other marks"],
    ["пётр@example.org", "πётр@example.org", "Greek among Cyrillic"],
    ["ada@paypal.example", "ada@раураӏ.example", "a domain"],
    ["ada@paypal.example", "ada@xn--80aa0cbo65f.example", "a domain in its ASCII form"],
    ["ada@bücher.example", "ada@büchеr.example", "a domain with letters that are nobody's look-alike"],
    ["ada@ada.example", "ada@ᎪᎠᎪ.example", "a domain in Cherokee, folded to upper case"],
    ["ada@mike.example", "ada@mıke.example", "a domain with dotless i"],
    ["ada@example.com", "ada@example.сом", "the last label"],
  ])("%s and %s are one address: %s", (address, lookAlike) => {
    expect(keyOf(address)).toBeDefined();
    expect(keyOf(lookAlike)).toBe(keyOf(address));
  });

  test.each([
    ["modem@example.org", "modern@example.org"],
    ["l1@example.org", "ll@example.org"],
    ["o0@example.org", "oo@example.org"],
    ["jurgen@example.org", "jürgen@example.org"],
    ["sore@example.org", "søre@example.org"],
    ["ae@example.org", "æ@example.org"],
    ["ada@strasse.example", "ada@straße.example"],
    ["вадим@example.org", "вадик@example.org"],
    ["用户@example.org", "用戶@example.org"],
  ])("%s and %s stay two", (one, other) => {
    expect(keyOf(one)).toBeDefined();
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test("lead to characters that have no look-alike themselves", () => {
    const models = [...LOOK_ALIKES.values()].flatMap((model) => [...model]);
    expect(models.filter((letter) => LOOK_ALIKES.has(letter))).toEqual([]);
    expect([...LOOK_ALIKES.keys()].filter((letter) => letter <= "\u007f")).toEqual([]);
  });

  // With another table the keys of stored accounts would no longer be found.
  test("are frozen", () => {
    const rows = [...LOOK_ALIKES].map(([letter, model]) => `${letter} ${model}`).sort();
    expect(createHash("sha256").update(rows.join("\n")).digest("hex")).toBe(
      "353fab0c9368f9ac70ce21c9b0f8aac7ce76da09097f72fa39e8762b5d63d8ce",
    );
  });

  test("a key is its own key, and the same in every letter case and composition", () => {
    const property = fc.property(localParts, (localPart) => {
      const key = keyOf(`${localPart}@example.org`);
      fc.pre(key !== undefined);
      // Upper case moves the marks that follow a composed iota subscript.
      const decomposed = localPart.normalize("NFD");
      const variants = [decomposed, decomposed.toUpperCase(), decomposed.toLowerCase()];
      const addresses = [...variants, localPart.normalize("NFKC")].map((variant) => `${variant}@example.org`);
      for (const address of [key, ...addresses]) expect(keyOf(address)).toBe(key);
    });
    fc.assert(property, { numRuns: 2000 });
  });

  test("any of them in the place of what it looks like changes no key", () => {
    const property = fc.property(
      fc.string({ unit: letters, maxLength: 4 }),
      fc.constantFrom(...LOOK_ALIKES),
      fc.string({ unit: letters, maxLength: 4 }),
      (before, [lookAlike, model], after) => {
        const key = keyOf(`${before}${model}${after}@example.org`);
        fc.pre(key !== undefined);
        expect(keyOf(`${before}${lookAlike}${after}@example.org`)).toBe(key);
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });
});
