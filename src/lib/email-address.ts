import { domainToASCII, domainToUnicode } from "node:url";
import { foldCase } from "./letter-case.js";
import { replaceLookAlikes } from "./look-alikes.js";

const MAX_ADDRESS_OCTETS = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
const MAX_LOCAL_OCTETS = 64; // RFC 5321 §4.5.3.1.1
const MAX_DOMAIN_OCTETS = 253;
/** Checked first: what follows may take time that grows with the square of the length. */
const MAX_TEXT_LENGTH = 1000;

/** Dot-atom of RFC 5322 with the UTF-8 of RFC 6531. Quoted strings, comments and address literals stay out. */
const LOCAL_PART =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\u{10ffff}]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\u{10ffff}]+)*$/iu;
const DOMAIN_TEXT = /^[a-z0-9.\-\u0080-\u{10ffff}]+$/iu;
const DNS_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/**
 * White space, controls, lone surrogates, and what prints as nothing: two addresses that look alike are one. And code
 * points that mean nothing (yet): what they look like is up to a font, how they fold to a later Unicode version.
 */
const UNPRINTABLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

export interface EmailAddress {
  /** As the person wrote it, less surrounding spaces. */
  readonly address: string;
  readonly localPart: string;
  /**
   * What uniqueness and look-up go by: NFKC, case folded, look-alike letters replaced, the domain in its ASCII form
   * (RFC 5891). Only ever compared: mail goes to the stored `address`, or whoever owns a look-alike of it would get it.
   */
  readonly normalized: string;
}

/** Returns null when the text is no address that ordinary mail would reach. */
export function parseEmailAddress(text: string): EmailAddress | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  const address = trimSpaces(text);
  if (UNPRINTABLE.test(address) || Buffer.byteLength(address) > MAX_ADDRESS_OCTETS) return null;
  const at = address.lastIndexOf("@");
  if (at === -1) return null;
  const localPart = address.slice(0, at);
  const normalizedLocalPart = normalizeLocalPart(localPart);
  // Checked in both forms: NFKC makes an "@" of U+FF20.
  if (!LOCAL_PART.test(localPart) || !LOCAL_PART.test(normalizedLocalPart)) return null;
  if (Buffer.byteLength(localPart) > MAX_LOCAL_OCTETS) return null;
  const domain = toAsciiDomain(address.slice(at + 1));
  if (domain === null) return null;
  return { address, localPart, normalized: `${normalizedLocalPart}@${replaceLookAlikesOfDomain(domain)}` };
}

/** Keyboards like to add a space after a completed word. Only U+0020: no other white space is forgiven. */
function trimSpaces(text: string): string {
  return text.replace(/^ +| +$/g, "");
}

/** Case is folded letter by letter without its accents. */
function normalizeLocalPart(localPart: string): string {
  return replaceLookAlikes(foldCase(localPart.normalize("NFKD")));
}

function toAsciiDomain(domain: string): string | null {
  if (!DOMAIN_TEXT.test(domain)) return null;
  const ascii = domainToASCII(domain);
  const labels = ascii.split(".");
  if (
    ascii.length > MAX_DOMAIN_OCTETS ||
    labels.length < 2 ||
    !labels.every((label) => DNS_LABEL.test(label))
  ) {
    return null;
  }
  // domainToASCII is the URL parser's: it reads "1.2.3" as the address 1.2.0.3. A host name's last label has a letter.
  return /^[0-9]+$/.test(labels.at(-1) ?? "") ? null : ascii;
}

/** On what the domain shows as, so that "xn--…" counts like what it stands for. */
function replaceLookAlikesOfDomain(asciiDomain: string): string {
  const shown = domainToUnicode(asciiDomain);
  const replaced = replaceLookAlikes(shown);
  if (replaced === shown) return asciiDomain;
  // What no longer is a domain - left-to-right letters in Hebrew, for one - still is a key.
  return domainToASCII(replaced) || replaced;
}

/**
 * What the normalized form of an address begins with when the address begins with this text, for a search while somebody
 * types: one or the other. Where the domain ends in half a label that has letters beyond ASCII, or will have some, others
 * may begin so, too.
 */
export function normalizeAddressBeginning(text: string): readonly string[] {
  const at = text.lastIndexOf("@");
  if (at === -1) return [normalizeLocalPart(text)];
  const domain = text.slice(at + 1);
  const lastLabelAt = domain.lastIndexOf(".") + 1;
  const before = `${normalizeLocalPart(text.slice(0, at))}@${normalizeLabels(domain.slice(0, lastLabelAt))}`;
  return normalizeLabelBeginning(domain.slice(lastLabelAt)).map((label) => before + label);
}

/** @param labels those that are complete, each with the dot that ends it */
function normalizeLabels(labels: string): string {
  if (labels === "") return "";
  // With a letter after them numbers are read as what they are, and not as an IP address.
  const domain = domainToASCII(`${labels}x`);
  return domain === "" ? labels : replaceLookAlikesOfDomain(domain).slice(0, -1);
}

/**
 * In ASCII form a label is "xn--", its ASCII letters in their order, and after the last of them what encodes the others
 * (RFC 3492 §3): half a label is no beginning of the whole, but the first two are.
 */
function normalizeLabelBeginning(label: string): readonly string[] {
  const prefix = "xn--";
  const shown = replaceLookAlikes(label.normalize("NFKC").toLowerCase());
  const asciiLetters = [...shown].filter((letter) => letter < "\u0080").join("");
  if (asciiLetters !== shown) return [prefix + asciiLetters];
  // None of the two may begin with the other, or a search would find the same address twice.
  return prefix.startsWith(shown) || shown.startsWith(prefix) ? [shown] : [shown, prefix + shown];
}
