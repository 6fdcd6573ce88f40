import "reflect-metadata";
import type { UpdateProfileInput } from "../../src/modules/user/profile.inputs.js";
import { checkProfile } from "../../src/modules/user/profile.validation.js";

describe("the profile form", () => {
  const codeOf = (field: keyof UpdateProfileInput, text: string): string =>
    checkProfile({ [field]: text })[0]?.code ?? "accepted";

  test.each([
    ["Ada", "accepted"],
    ["a.b-c_d", "accepted"],
    ["x".repeat(32), "accepted"],
    ["x".repeat(33), "TOO_LONG"],
    ["ab", "TOO_SHORT"],
    ["", "REQUIRED"],
    ["ada@example.org", "MALFORMED"],
    [".ada", "MALFORMED"],
    ["аda", "MALFORMED"],
    ["ada ", "MALFORMED"],
  ])("username %j: %s", (text, code) => expect(codeOf("username", text)).toBe(code));

  test.each([
    ["", "accepted"],
    [" ", "accepted"],
    ["🦉".repeat(200), "accepted"],
    ["🦉".repeat(201), "TOO_LONG"],
    ["Ada\nLovelace", "MALFORMED"],
    ["Ada\u0000", "MALFORMED"],
    ["\ud800", "MALFORMED"],
  ])("name %j: %s", (text, code) => expect(codeOf("name", text)).toBe(code));

  test.each([
    ["", "accepted"],
    ["nicht-binär", "accepted"],
    ["🦉".repeat(100), "accepted"],
    ["🦉".repeat(101), "TOO_LONG"],
    ["f\u001b[31m", "MALFORMED"],
    ["\udfff", "MALFORMED"],
  ])("gender %j: %s", (text, code) => expect(codeOf("gender", text)).toBe(code));

  test.each([
    ["https://example.org/ada.png", "accepted"],
    ["HTTP://EXAMPLE.ORG:8080", "accepted"],
    ["https://example.org/@ada?at=a@b|c&x=%20#y", "accepted"],
    ["https://bücher.example/größe.png", "accepted"],
    [`https://example.org/${"x".repeat(2028)}`, "accepted"],
    [`https://example.org/${"x".repeat(2029)}`, "TOO_LONG"],
    ["", "REQUIRED"],
    ["example.org/ada.png", "MALFORMED"],
    ["//example.org/ada.png", "MALFORMED"],
    ["https:example.org", "MALFORMED"],
    ["https:///example.org", "MALFORMED"],
    ["https://", "MALFORMED"],
    ["https://?example.org", "MALFORMED"],
    ["https://exa mple.org", "MALFORMED"],
    ["javascript:alert(1)", "MALFORMED"],
    ["javascript://https://example.org/%0aalert(1)", "MALFORMED"],
    ["java\nscript:alert(1)", "MALFORMED"],
    ["data:image/png;base64,AAAA", "MALFORMED"],
    ["ftp://example.org/ada.png", "MALFORMED"],
    [" https://example.org", "MALFORMED"],
    ["https://example.org/\n", "MALFORMED"],
    ["https://example.org/\u0000", "MALFORMED"],
    ["https://example.org/\u202egnp.exe", "MALFORMED"],
    ["https://example.org/\ud800", "MALFORMED"],
    ["https://example.org\\@evil.example", "MALFORMED"],
    ['https://example.org/"onerror="alert(1)', "MALFORMED"],
    ["https://example.org/<script>", "MALFORMED"],
    ["https://ada:secret@example.org/", "MALFORMED"],
    ["https://ada@example.org/", "MALFORMED"],
    ["https://:secret@example.org/", "MALFORMED"],
    ["https://999.999.999.999/", "MALFORMED"],
  ])("picture %j: %s", (text, code) => expect(codeOf("picture", text)).toBe(code));

  test.each([
    ["+493012345678", "accepted"],
    ["+1 (425) 555-1212", "accepted"],
    ["+56 (2) 687 2400", "accepted"],
    ["+1 (604) 555-1234;ext=5678", "accepted"],
    ["(030) 12.34/56", "accepted"],
    ["112", "accepted"],
    ["+12 3 4 5 6 7 8 9 0 1 2 3 4 5", "accepted"],
    [`+${"1".repeat(16)}`, "MALFORMED"],
    [`+49 30 1;ext=${"1".repeat(19)}`, "accepted"],
    [`+49 30 1;ext=${"1".repeat(20)}`, "TOO_LONG"],
    ["", "REQUIRED"],
    ["+", "MALFORMED"],
    ["()", "MALFORMED"],
    ["11", "MALFORMED"],
    ["0049+30", "MALFORMED"],
    ["++49 30 123", "MALFORMED"],
    ["+49 30 123 ", "MALFORMED"],
    ["+49 30 123\n", "MALFORMED"],
    ["+49 30 123;ext=", "MALFORMED"],
    ["+49 30 123;ext=a", "MALFORMED"],
    ["tel:+4930123", "MALFORMED"],
    ["٠٣٠١٢٣", "MALFORMED"],
    ["+49\u000030123", "MALFORMED"],
  ])("phoneNumber %j: %s", (text, code) => expect(codeOf("phoneNumber", text)).toBe(code));

  test.each([
    ["en", "accepted"],
    ["pt-BR", "accepted"],
    ["ZH-hant-tw", "accepted"],
    ["de-DE-u-co-phonebk", "accepted"],
    ["sl-Latn-IT-nedis-x-abcdefgh-abcdefg", "accepted"],
    ["sl-Latn-IT-nedis-x-abcdefgh-abcdefgh", "TOO_LONG"],
    ["", "REQUIRED"],
    ["en_US", "MALFORMED"],
    ["english language", "MALFORMED"],
    ["e", "MALFORMED"],
    ["en-", "MALFORMED"],
    ["en\u0000", "MALFORMED"],
    ["*", "MALFORMED"],
  ])("locale %j: %s", (text, code) => expect(codeOf("locale", text)).toBe(code));

  test("of any length is judged at once", () => {
    const shapes = [
      "1 ".repeat(500_000),
      "https://".repeat(100_000),
      "en-".repeat(300_000),
      "🦉".repeat(500_000),
    ];
    const started = performance.now();
    for (const text of shapes) {
      const input = {
        username: text,
        name: text,
        picture: text,
        phoneNumber: text,
        gender: text,
        locale: text,
      };
      expect(checkProfile(input)).toHaveLength(6);
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
