import { createHash } from "node:crypto";
import { PAGE_SCRIPT } from "./page.html.js";
import { PAGE_STYLES } from "./page.styles.js";

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * The script and the styles that we wrote, to the letter, and requests to this origin: whatever might get into such a page
 * would neither run nor send the token or the password away.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  `style-src ${hashOf(PAGE_STYLES)}`,
  // The icon.
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  // The script sends the form: sent by a browser, a password would leave in a way that nobody has thought about.
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");
