import type { Config } from "../config/config.js";
import type { MailTransport } from "../lib/mail-transport.js";
import { DeferredTransport } from "./deferred-transport.js";
import { PrintingTransport, type TextOutput } from "./printing-transport.js";
import type { SmtpSite } from "./smtp-transport.js";

/**
 * @param output where mails are printed that nobody carries
 * @returns null in production without SMTP_URL: what stands in mails belongs to one person, and a log to many
 */
export function createMailTransport(
  { smtpUrl, mailFrom, isProduction }: Pick<Config, "smtpUrl" | "mailFrom" | "isProduction">,
  output: TextOutput,
): MailTransport | null {
  if (smtpUrl !== undefined) return new DeferredTransport(() => loadSmtpTransport({ smtpUrl, mailFrom }));
  return isProduction ? null : new PrintingTransport(output);
}

/** Nodemailer brings Node's fetch, and more than a start needs. */
async function loadSmtpTransport(site: SmtpSite): Promise<MailTransport> {
  const { SmtpTransport } = await import("./smtp-transport.js");
  return new SmtpTransport(site);
}
