import { parseEmailAddress } from "../../src/lib/email-address.js";
import { readVectors } from "../support/repository.js";

interface IsEmailVectors {
  readonly tests: readonly { readonly address: string; readonly category: string }[];
}

describe("an email address", () => {
  test("is refused wherever the isemail vectors call it an error", () => {
    const errors = readVectors<IsEmailVectors>("isemail-vectors.json").tests.filter(
      ({ category }) => category === "ISEMAIL_ERR",
    );
    expect(errors.length).toBeGreaterThan(50);
    expect(errors.filter(({ address }) => parseEmailAddress(address) !== null)).toEqual([]);
  });

  test.each([
    ["ada@example.org", "ada@example.org"],
    ["Ada.Lovelace+news@Example.ORG", "ada.lovelace+news@example.org"],
    [" ada@example.org  ", "ada@example.org"],
    ["o'neil_{x}@sub.example.co.uk", "o'neil_{x}@sub.example.co.uk"],
    ["jürgen@bücher.example", "jürgen@xn--bcher-kva.example"],
    ["用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"],
    ["ａｄａ@example.org", "ada@example.org"],
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
    "ada\u200b@example.org",
    "\ud800@example.org",
    `${"a".repeat(65)}@example.org`,
    `ada@${"a".repeat(64)}.org`,
    `ada@${"abcdefg.".repeat(32)}org`,
  ])("%j is none", (text) => {
    expect(parseEmailAddress(text)).toBeNull();
  });
});
