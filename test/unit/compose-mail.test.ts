import { composeMail } from "../../src/modules/mail/compose-mail.js";
import type { MailContent, NoticedClient } from "../../src/modules/mail/mail-content.js";

const AT = new Date("2026-11-20T18:05:09.000Z");
const LINK = "https://app.example.org/reset-password?token=Ab_9-x&lang=de";
const CLIENT: NoticedClient = { device: "Firefox on Linux", ipAddress: "203.0.113.7" };

const LINK_MAILS: readonly MailContent[] = [
  { kind: "VERIFY_EMAIL", link: LINK, expiresAt: AT },
  { kind: "CONFIRM_SIGNUP", link: LINK, expiresAt: AT },
  { kind: "CONFIRM_EMAIL_CHANGE", link: LINK, expiresAt: AT },
  { kind: "RESET_PASSWORD", link: LINK, expiresAt: AT },
];

const CLIENT_NOTICES = (client: NoticedClient): readonly MailContent[] => [
  { kind: "NEW_DEVICE", at: AT, client },
  { kind: "PASSWORD_CHANGED", at: AT, client },
  { kind: "PASSWORD_RESET", at: AT, client },
  { kind: "PASSWORD_REMOVED", at: AT, client },
  { kind: "CODE_REFUSED", at: AT, client },
  { kind: "TOTP_ENABLED", at: AT, client },
  { kind: "TOTP_DISABLED", at: AT, client },
  { kind: "TOTP_DISABLED_BY_ADMIN", at: AT, client },
  { kind: "RECOVERY_CODES_REGENERATED", at: AT, client },
  { kind: "RECOVERY_CODE_USED", at: AT, client },
  { kind: "PASSKEY_ADDED", at: AT, client },
  { kind: "PASSKEY_REMOVED", at: AT, client },
  { kind: "EMAIL_CHANGED", at: AT, client, newEmail: "new@example.org" },
  { kind: "ACCOUNT_DELETED", at: AT, client },
  { kind: "ACCOUNT_DELETED_BY_ADMIN", at: AT, client },
];

const NOTICES: readonly MailContent[] = [
  { kind: "SIGNUP_ATTEMPTED", at: AT },
  { kind: "EMAIL_CHANGE_ATTEMPTED", at: AT },
  ...CLIENT_NOTICES(CLIENT),
];

const LOCALES = ["en", "de"] as const;
const compose = (content: MailContent, locale: string | null = "en", service = "Example") =>
  composeMail(content, { locale, service });

const inAllLanguages = (contents: readonly MailContent[]) =>
  contents.flatMap((content) => LOCALES.map((locale) => [content.kind, locale, content] as const));

const newDevice = (client: NoticedClient) => compose({ kind: "NEW_DEVICE", at: AT, client });

/** What remains of HTML for who hears it read out. */
const wordsOf = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");

describe("what mails say", () => {
  test.each(inAllLanguages([...LINK_MAILS, ...NOTICES]))(
    "%s in %s is whole, and says the same as text and as HTML",
    (_kind, locale, content) => {
      const { subject, text, html, language } = compose(content, locale);
      expect(language).toBe(locale);
      expect(html).toContain(`<html lang="${locale}">`);
      expect(subject).toMatch(/^Example: \S/);
      expect(subject + text + html).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/);
      for (const block of text.trim().split("\n\n")) {
        for (const line of block.split(":\n")) expect(wordsOf(html)).toContain(line.replaceAll("\n", " "));
      }
      expect(text.trim().split("\n\n").length).toBeGreaterThanOrEqual(5);
    },
  );

  test.each(inAllLanguages(LINK_MAILS))(
    "%s in %s has the link alone on a line of the text, as a button and written out",
    (_kind, locale, content) => {
      const { text, html } = compose(content, locale);
      expect(text.split("\n").filter((line) => line === LINK)).toHaveLength(1);
      expect(text.split(LINK)).toHaveLength(2);
      const escaped = LINK.replaceAll("&", "&amp;");
      expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([escaped, escaped]);
      expect(html).toContain(`>${escaped}</a>`);
    },
  );

  test.each(inAllLanguages(LINK_MAILS))(
    "%s in %s says until when, and not to follow the link if it was not you",
    (_kind, locale, content) => {
      const { text } = compose(content, locale);
      const flowing = text.replaceAll("\n", " ");
      expect(flowing).toContain(
        locale === "de" ? "20. November 2026 um 18:05 UTC" : "20 November 2026 at 18:05 UTC",
      );
      expect(flowing).toMatch(locale === "de" ? /öffnen Sie den Link nicht:/ : /do not follow the link:/);
    },
  );

  test.each(inAllLanguages(NOTICES))("%s in %s has no link, and says when", (_kind, locale, content) => {
    const { text, html } = compose(content, locale);
    expect(text + html).not.toMatch(/href|https?:/);
    expect(text).toContain(
      locale === "de" ? "Wann: 20. November 2026 um 18:05 UTC" : "When: 20 November 2026 at 18:05 UTC",
    );
  });

  test.each(inAllLanguages(CLIENT_NOTICES(CLIENT)))(
    "%s in %s says from which device and address, as far as they are known",
    (kind, locale) => {
      const of = (client: NoticedClient) => {
        const content = CLIENT_NOTICES(client).find((candidate) => candidate.kind === kind);
        return content && compose(content, locale).text;
      };
      const [device, address] = locale === "de" ? ["Gerät", "IP-Adresse"] : ["Device", "IP address"];
      expect(of(CLIENT)).toContain(`${device}: Firefox on Linux\n${address}: 203.0.113.7\n`);
      const unknown = of({ device: null, ipAddress: null });
      expect(unknown).not.toContain(`${device}:`);
      expect(unknown).not.toContain(`${address}:`);
    },
  );

  test("35: where a passkey could outlive the new password, the owner is told to look for one", () => {
    for (const kind of ["NEW_DEVICE", "PASSWORD_REMOVED"] as const) {
      const content = { kind, at: AT, client: CLIENT };
      expect(compose(content, "en").text).toMatch(/remove\s+passkeys\s+that\s+are\s+not\s+yours/);
      expect(compose(content, "de").text).toMatch(/entfernen\s+Sie\s+Passkeys/);
    }
  });

  test("the old address is told the new one", () => {
    const content = { kind: "EMAIL_CHANGED", at: AT, client: CLIENT, newEmail: "ada+ü@neu.example" } as const;
    expect(compose(content, "de").text).toContain("\nNeue Adresse: ada+ü@neu.example\n");
  });

  test("text is wrapped between words, and a word that is too long is left whole", () => {
    const service = `${"x".repeat(100)}.example`;
    for (const content of [...LINK_MAILS, ...NOTICES]) {
      const { text } = compose(content, "de", service);
      const long = text.split("\n").filter((line) => line.length > 72 && line !== LINK);
      for (const line of long) expect(line.replace(/[.;,]$/, "")).toBe(service);
      expect(long).not.toEqual([]);
    }
  });
});

describe("the language of a mail", () => {
  test.each([
    ["de", "de"],
    ["de-AT", "de"],
    ["DE-ch", "de"],
    ["de-Latn-DE-1996", "de"],
    ["de-u-ca-buddhist-nu-thai", "de"],
    ["en-GB", "en"],
    ["fr", "en"],
    ["den", "en"],
    ["", "en"],
    ["x", "en"],
    ["de_DE", "en"],
    ["__proto__", "en"],
    ["constructor", "en"],
    [null, "en"],
  ])("for the locale %j it is %s", (locale, language) => {
    expect(compose({ kind: "SIGNUP_ATTEMPTED", at: AT }, locale).language).toBe(language);
  });

  test("no sentence of one language stands in the other", () => {
    for (const content of [...LINK_MAILS, ...NOTICES]) {
      const [english, german] = LOCALES.map((locale) =>
        compose(content, locale)
          .text.trim()
          .replaceAll(/(?<!\n)\n(?!\n)/g, " ")
          .split(/\n\n|(?<=\.) /),
      );
      expect(english?.filter((sentence) => german?.includes(sentence))).toEqual([]);
    }
  });
});

describe("nothing in a mail is markup or a stranger's text", () => {
  test("the HTML has nothing to fetch and nothing that runs", () => {
    for (const content of [...LINK_MAILS, ...NOTICES]) {
      expect(compose(content).html).not.toMatch(/<(img|link|style|script|table|iframe)|src=|url\(|@import/i);
    }
  });

  test("values are escaped wherever they stand", () => {
    const hostile = `"'><script>alert(1)</script>&amp;<!--`;
    const escaped = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;&lt;!--";
    const mails = [
      compose({ kind: "EMAIL_CHANGED", at: AT, client: CLIENT, newEmail: hostile }, "en", hostile),
      compose({ kind: "RESET_PASSWORD", link: `https://a.example/${hostile}`, expiresAt: AT }, "de", hostile),
    ];
    for (const { html } of mails) {
      expect(html.split(escaped).length).toBeGreaterThanOrEqual(4);
      expect(html).not.toContain("<script");
      expect(html).not.toContain("<!--");
      expect(html).not.toContain(`"'`);
    }
  });

  test.each([
    "evil.example",
    "Firefox on evil.example",
    "https://evil.example",
    "evil。example",
    "Firefox\nPay here",
    "<b>Firefox</b>",
    "Firefox/1",
    "Firefox@Linux",
    "\u202exoferiF",
    "\u3164",
    "",
    "x".repeat(61),
  ])("a device that calls itself %j is left out", (device) => {
    const { text, html } = newDevice({ device, ipAddress: null });
    expect(text).not.toContain("Device");
    expect(html).not.toContain("Device");
    expect(text + html).not.toMatch(/evil|Pay/);
  });

  test.each(["Firefox on Linux", "Internet Explorer on Windows Phone 8", "x".repeat(60)])(
    "a device that calls itself %j is named",
    (device) => {
      expect(newDevice({ device, ipAddress: null }).text).toContain(`\nDevice: ${device}\n`);
    },
  );

  test.each([
    "evil.example",
    "fe80::1%evil.example",
    "203.0.113.7 evil.example",
    "203.0.113.7\nPay here",
    "",
  ])("an address that reads %j is left out", (ipAddress) => {
    const { text, html } = newDevice({ device: null, ipAddress });
    expect(text + html).not.toMatch(/IP address|evil|Pay/);
  });

  test.each(["2001:db8::7", "203.0.113.7"])("the address %s is named", (ipAddress) => {
    expect(newDevice({ device: null, ipAddress }).text).toContain(`\nIP address: ${ipAddress}\n`);
  });
});
