import type { NodemailerError } from "nodemailer/lib/errors";
import { MailRefused, MailUnsent } from "../lib/mail-transport.js";

/**
 * What nodemailer throws holds the address, and what the server has answered, which may hold it, too, or what we logged in
 * with. Only the codes go on.
 */
export function asMailError(error: unknown): MailRefused | MailUnsent {
  if (error instanceof MailRefused || error instanceof MailUnsent) return error;
  const failure = error as NodemailerError;
  const reason = reasonOf(failure);
  return isRefusal(failure) ? new MailRefused(reason) : new MailUnsent(reason);
}

/** "EENVELOPE RCPT TO 550 5.1.1", "ESOCKET ECONNREFUSED CONN" */
function reasonOf({ name, code, originalCode, command, responseCode, response }: NodemailerError): string {
  return [code ?? name, originalCode, command, responseCode, enhancedStatus(response)]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}

/** RFC 3463: what a reply is about, in digits. */
function enhancedStatus(response: unknown): string | undefined {
  return typeof response === "string"
    ? /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
    : undefined;
}

/** Whether the server does not want this mail, rather than us. Then it would not want it later, either. */
function isRefusal({ code, command, responseCode, response }: NodemailerError): boolean {
  // nodemailer itself says what can be no address.
  if (code === "EENVELOPE" && command === "API") return true;
  const isFinal = responseCode !== undefined && responseCode >= 500 && responseCode < 600;
  // 503: out of turn. 530: it wants TLS or a login first (RFC 3207, RFC 4954).
  if (!isFinal || responseCode === 503 || responseCode === 530) return false;
  if (command === "DATA") return true;
  // X.7: a matter of policy. Postfix tells us so here, and not before, that it does not relay for us or knows us for spam.
  return command === "RCPT TO" && !enhancedStatus(response)?.startsWith("5.7.");
}
