import { parseEmailAddress } from "../../src/lib/email-address.js";
import { readVectors } from "../support/repository.js";

interface IsEmailVector {
  readonly address: string;
  readonly category: string;
}

interface IsEmailVectors {
  readonly tests: readonly IsEmailVector[];
}

describe("an email address", () => {
  test("of any length and shape is judged at once", () => {
    const shapes = [
      `a${" ".repeat(120_000)}a`,
      " ".repeat(120_000),
      "a.".repeat(60_000),
      `a@${"a.".repeat(60_000)}`,
    ];
    const started = performance.now();
    for (const shape of shapes) expect(parseEmailAddress(shape)).toBeNull();
    expect(parseEmailAddress(`${" ".repeat(400)}ada@example.org${" ".repeat(400)}`)?.address).toBe(
      "ada@example.org",
    );
    // What goes over these again for each character takes many seconds.
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("is refused wherever the isemail vectors call it an error", () => {
    const errors = readVectors<IsEmailVectors>("isemail-vectors.json").tests.filter(
      ({ category }) => category === "ISEMAIL_ERR",
    );
    expect(errors.length).toBeGreaterThan(50);
    expect(errors.filter(({ address }) => parseEmailAddress(address) !== null)).toEqual([]);
  });

  test("is accepted where they call it valid and ordinary mail knows the form, and nowhere else", () => {
    const isOrdinary = ({ address, category }: IsEmailVector): boolean =>
      ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"].includes(category)
        ? address !== "test@io"
        : [" test@iana.org", "test@iana.org "].includes(address);
    const { tests } = readVectors<IsEmailVectors>("isemail-vectors.json");
    expect(tests.filter(({ address }) => parseEmailAddress(address) !== null)).toEqual(
      tests.filter(isOrdinary),
    );
    expect(tests.filter(isOrdinary).length).toBeGreaterThan(20);
  });

  test.each([
    ["ada@example.org", "ada@example.org"],
    ["Ada.Lovelace+news@Example.ORG", "ada.lovelace+news@example.org"],
    [" ada@example.org  ", "ada@example.org"],
    ["o'neil_{x}@sub.example.co.uk", "o'neil_{x}@sub.example.co.uk"],
    ["jürgen@bücher.example", "jürgen@xn--bcher-kva.example"],
    ["用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"],
    ["ａｄａ@example.org", "ada@example.org"],
    ["Straße@example.org", "strasse@example.org"],
    ["STRAẞE@example.org", "strasse@example.org"],
    ["ada@straße.example", "ada@xn--strae-oqa.example"],
    ["вадим@example.org", "baдиm@example.org"],
    ["ada@שלום.example", "ada@שלlם.example"],
  ])("%s is known as %s", (address, normalized) => {
    expect(parseEmailAddress(address)?.normalized).toBe(normalized);
  });

  test.each([
    "ada",
    "ada.lovelace",
    "ada@localhost",
    "ada@127.0.0.1",
    "ada@1.2.3",
    "ada@0x7f.1",
    "ada@[127.0.0.1]",
    '"ada"@example.org',
    "ada@@example.org",
    "ada＠evil.example@example.org",
    "ada@exa%6dple.org",
    "ada@example.org/path",
    "ada@example.org\r\nBcc: eve@example.org",
    "ada\u0000@example.org",
    "ada\u1680@example.org",
    "ada\u2028@example.org",
    "ada\u2029@example.org",
    "ada\u200b@example.org",
    "ada\ufe0f@example.org",
    "ada\u034f@example.org",
    "ada\u3164@example.org",
    "ada\u2800@example.org",
    "\ud800@example.org",
    "ada\ue000@example.org",
    "ada\u{3ffff}@example.org",
    "ada\u00a8@example.org",
    `${"a".repeat(65)}@example.org`,
    `ada@${"a".repeat(64)}.org`,
    `ada@${"abcdefg.".repeat(32)}org`,
  ])("%j is none", (text) => {
    expect(parseEmailAddress(text)).toBeNull();
  });
});
