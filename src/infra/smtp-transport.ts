import { domainToASCII } from "node:url";
import MailComposer from "nodemailer/lib/mail-composer";
import { parseConnectionUrl } from "nodemailer/lib/shared";
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
  type SMTPEnvelope,
} from "nodemailer/lib/smtp-connection";
import type { Config } from "../config/config.js";
import { secondsToMs } from "../lib/clock.js";
import { MailRefused, type MailTransport, MailUnsent, type OutgoingMail } from "../lib/mail-transport.js";
import { withoutLogging } from "../lib/smtp-url.js";
import { asMailError } from "./smtp-errors.js";

export interface SmtpPatience {
  /** For finding the server, connecting, going over to TLS and being greeted. */
  readonly connectMs: number;
  /** For each answer. */
  readonly silenceMs: number;
  /** For all of a mail: a server that goes on trickling would hold it for ever. */
  readonly totalMs: number;
}

const PATIENCE: SmtpPatience = {
  connectMs: secondsToMs(10),
  silenceMs: secondsToMs(30),
  totalMs: secondsToMs(60),
};

export interface SmtpSite extends Pick<Config, "mailFrom"> {
  readonly smtpUrl: string;
}

/** What goes over the line: to whom, and the bytes. */
interface Dispatch {
  readonly envelope: SMTPEnvelope;
  readonly needsSmtpUtf8: boolean;
  readonly message: Buffer;
}

/**
 * A connection for each mail, by nodemailer's client itself: its transports do not tell what a server offers before they
 * send.
 */
export class SmtpTransport implements MailTransport {
  /** Each ends a mail that is under way, with a reason. */
  private readonly cuts = new Set<(reason: string) => void>();
  private readonly options: SMTPConnectionOptions;
  private readonly login: SMTPConnectionAuth | null;
  private isClosed = false;

  constructor(
    private readonly site: SmtpSite,
    private readonly patience: SmtpPatience = PATIENCE,
  ) {
    const { auth, authMethod, ...fromUrl } = parseConnectionUrl(withoutLogging(site.smtpUrl));
    const method = typeof authMethod === "string" && authMethod;
    this.login = auth === undefined ? null : { ...auth, method };
    this.options = {
      ...fromUrl,
      connectionTimeout: patience.connectMs,
      greetingTimeout: patience.connectMs,
      dnsTimeout: patience.connectMs,
      socketTimeout: patience.silenceMs,
      // What is cut is cut, and not held half open for the server's goodbye.
      socketCloseTimeout: 0,
    };
  }

  async send(mail: OutgoingMail): Promise<void> {
    try {
      const dispatch = await prepare(mail, this.site.mailFrom);
      if (this.isClosed) throw new MailUnsent("EABORT");
      await this.deliver(dispatch);
    } catch (error) {
      throw asMailError(error);
    }
  }

  close(): void {
    this.isClosed = true;
    for (const cut of this.cuts) cut("EABORT");
  }

  /** The connection calls nobody back once it is closed: whatever ends it has to end the waiting, too. */
  private deliver(dispatch: Dispatch): Promise<void> {
    const connection = new SMTPConnection(this.options);
    return new Promise((resolve, reject) => {
      const cut = (reason: string): void => {
        reject(new MailUnsent(reason));
        connection.close();
      };
      const deadline = setTimeout(cut, this.patience.totalMs, "ETIMEDOUT");
      this.cuts.add(cut);
      connection.on("error", reject);
      connection.once("end", () => {
        clearTimeout(deadline);
        this.cuts.delete(cut);
        // In a moment: of some answers, such as 421, it tells only after it has closed.
        setImmediate(reject, new MailUnsent("ECONNECTION"));
      });
      this.converse(connection, dispatch).then(
        () => {
          resolve();
          connection.quit();
        },
        (error) => {
          reject(error);
          connection.close();
        },
      );
    });
  }

  private async converse(connection: SMTPConnection, dispatch: Dispatch): Promise<void> {
    await answered((done) => connection.connect(done));
    // RFC 6531 §3.2: never to a server that has not offered it. It may take the address for another one.
    if (dispatch.needsSmtpUtf8 && !/^250[ -]SMTPUTF8\b/im.test(connection.lastServerResponse || "")) {
      throw new MailRefused("SMTPUTF8 not offered");
    }
    const { login } = this;
    if (login !== null && connection.allowsAuth) {
      await answered((done) => connection.login(login, done));
    }
    const { envelope, message } = dispatch;
    const sent = await answered<{ rejectedErrors?: Error[] | undefined }>((done) =>
      connection.send(envelope, message, done),
    );
    // LMTP (RFC 2033 §4.2) refuses a recipient after the content, and nodemailer takes that for success.
    const [refusal] = sent?.rejectedErrors ?? [];
    if (refusal !== undefined) throw refusal;
  }
}

function answered<Result>(
  ask: (done: (error?: Error | null, result?: Result) => void) => void,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => ask((error, result) => (error ? reject(error) : resolve(result))));
}

async function prepare(mail: OutgoingMail, mailFrom: Config["mailFrom"]): Promise<Dispatch> {
  const [from, to] = [withAsciiDomain(mailFrom.address), withAsciiDomain(mail.to)];
  const composer = new MailComposer({
    // As objects: nothing in an address is parsed, so none becomes two.
    from: { name: mailFrom.name ?? "", address: from },
    to: { name: "", address: to },
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.id}@${from.slice(from.lastIndexOf("@") + 1)}>`,
    headers: {
      "Content-Language": mail.language,
      // RFC 3834 §5, and what Exchange goes by: nobody's holiday notice is wanted. Bounces are.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    envelope: { from, to: [to] },
    needsSmtpUtf8: /[^\p{ASCII}]/u.test(from + to),
    message: await composer.compile().build(),
  };
}

/** RFC 5891: what can be said in ASCII asks nothing of the servers on the way. */
function withAsciiDomain(address: string): string {
  const domainAt = address.lastIndexOf("@") + 1;
  const domain = address.slice(domainAt);
  return address.slice(0, domainAt) + (domainToASCII(domain) || domain);
}
