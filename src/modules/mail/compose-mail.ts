import { isIP } from "node:net";
import type { OutgoingMail } from "../../lib/mail-transport.js";
import type { Letter } from "./letter.js";
import { renderHtml } from "./letter-html.js";
import { renderText } from "./letter-text.js";
import type { MailContent } from "./mail-content.js";
import * as languages from "./texts/languages.js";
import type { LinkContent, MailTexts, NoticeContent } from "./texts/mail-texts.js";

export type ComposedMail = Pick<OutgoingMail, "subject" | "text" | "html" | "language">;

interface Audience {
  /** Any BCP 47 tag, as the user has chosen it. English where there are no texts for it. */
  readonly locale: string | null;
  /** By what name the service is known to people. */
  readonly service: string;
}

export function composeMail(content: MailContent, { locale, service }: Audience): ComposedMail {
  const texts = textsFor(locale);
  const letter =
    "link" in content ? linkLetter(content, texts, service) : noticeLetter(content, texts, service);
  const { subject, language } = letter;
  return { subject, language, text: renderText(letter), html: renderHtml(letter) };
}

function linkLetter(content: LinkContent, texts: MailTexts, service: string): Letter {
  const { subject, before, action, after } = texts.links[content.kind](
    service,
    writeTime(content.expiresAt, texts),
  );
  return {
    ...frameOf(texts, service, subject),
    before,
    link: { url: content.link, action, buttonFails: texts.buttonFails },
    facts: [],
    after,
  };
}

function noticeLetter(content: NoticeContent, texts: MailTexts, service: string): Letter {
  const { subject, before, after } = texts.notices[content.kind](service);
  return { ...frameOf(texts, service, subject), before, link: null, facts: factsOf(content, texts), after };
}

function frameOf({ language, greeting, footer }: MailTexts, service: string, subject: string) {
  return { language, greeting, footer: footer(service), subject: `${service}: ${subject}` };
}

function factsOf(content: NoticeContent, texts: MailTexts): Letter["facts"] {
  const client = "client" in content ? content.client : { device: null, ipAddress: null };
  const facts: readonly (readonly [string, string | null])[] = [
    [texts.facts.newEmail, content.kind === "EMAIL_CHANGED" ? content.newEmail : null],
    [texts.facts.at, writeTime(content.at, texts)],
    [texts.facts.device, plainDevice(client.device)],
    [texts.facts.ipAddress, plainIpAddress(client.ipAddress)],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

/**
 * A device is told by a header, which is whatever its sender likes. Letters, digits and spaces make no link: mail programs
 * turn "evil.example" into one.
 */
function plainDevice(device: string | null): string | null {
  return device !== null && /^[A-Za-z0-9 ]{1,60}$/.test(device) ? device : null;
}

/** Behind more proxies than there are it is a header, too; and after a "%" an IPv6 address goes on as it likes. */
function plainIpAddress(ipAddress: string | null): string | null {
  return ipAddress !== null && isIP(ipAddress) !== 0 && !ipAddress.includes("%") ? ipAddress : null;
}

/** In UTC, and says so: where a person is when reading is not known. */
function writeTime(time: Date, { timeFormat }: MailTexts): string {
  const day = { day: "numeric", month: "long", year: "numeric" } as const;
  const hour = { hour: "2-digit", minute: "2-digit", timeZone: "UTC", timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat(timeFormat, { ...day, ...hour }).format(time);
}

function textsFor(locale: string | null): MailTexts {
  const wanted = locale === null ? null : languageOf(locale);
  return Object.values(languages).find(({ language }) => language === wanted) ?? languages.en;
}

/** "de" of "de-AT", null of what is no BCP 47 tag. */
function languageOf(locale: string): string | null {
  try {
    return new Intl.Locale(locale).language;
  } catch {
    return null;
  }
}
