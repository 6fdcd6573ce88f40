import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../../config/config.js";
import { secondsToMs } from "../../lib/clock.js";
import { withoutLogging } from "../../lib/smtp-url.js";
import { type Finding, fail, ok, warn } from "./finding.js";
import { isLocalHost } from "./site.js";

const NAME = "SMTP_URL";
/** For each step. */
const PATIENCE_MS = secondsToMs(4);
/** For all of them: a server that goes on trickling is none. */
const TOTAL_PATIENCE_MS = secondsToMs(8);

type MailConfig = Pick<Config, "smtpUrl" | "mailFrom" | "isMailFromSet" | "isProduction">;

export async function checkMail(config: MailConfig): Promise<readonly Finding[]> {
  const { smtpUrl, isProduction } = config;
  if (smtpUrl !== undefined) return [await checkServer(smtpUrl), judgeSender(config)];
  if (!isProduction) return [ok(NAME, "not set: mails are printed to the server's output")];
  const seen = "not set: no mail is sent, and nobody who forgets their password gets in again";
  return [warn(NAME, seen, "set it to your mail provider's server")];
}

/** Who may send for a domain is said in its DNS (SPF, RFC 7208): others are taken for spam. */
function judgeSender({ mailFrom: { address }, isMailFromSet, isProduction }: MailConfig): Finding {
  if (isMailFromSet || !isProduction) return ok("MAIL_FROM", address);
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const advice = `set it to an address of yours, or have the SPF record of ${domain} allow the server of SMTP_URL`;
  return warn("MAIL_FROM", `not set: mails come from ${address}`, advice);
}

/** Connects, goes over to TLS where the server offers it, logs in, and hangs up. No mail is sent. */
async function checkServer(smtpUrl: string): Promise<Finding> {
  const { host, hostname, username, protocol, searchParams } = new URL(smtpUrl);
  const isEncrypted = protocol === "smtps:" || searchParams.get("requireTLS") === "true";
  const who = username === "" ? "without login" : "logged in";
  const fault = await faultOf(smtpUrl, username !== "");
  if (fault !== null)
    return fail(NAME, `${host}: ${fault}`, "check host, port, TLS and login with your mail provider");
  if (isEncrypted || isLocalHost(hostname)) return ok(NAME, `${host} answers, ${who}`);
  return warn(
    NAME,
    `${host} answers, ${who}, but TLS is only used where nobody on the way suppresses the offer`,
    "use smtps://, or add ?requireTLS=true",
  );
}

/** @returns what the server or the network said, null when all went well */
async function faultOf(smtpUrl: string, hasLogin: boolean): Promise<string | null> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    url: withoutLogging(smtpUrl),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    // Otherwise a server that offers no login is taken for one that has accepted it.
    forceAuth: hasLogin,
  });
  try {
    const silence = delay(TOTAL_PATIENCE_MS, `no result after ${TOTAL_PATIENCE_MS / 1000} seconds`, {
      ref: false,
    });
    return await Promise.race([transport.verify().then(() => null), silence]);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return message || code || "no answer";
  } finally {
    transport.close();
  }
}
