import { buffer } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { parseEmailAddress } from "../../src/lib/email-address.js";
import { eventually } from "./eventually.js";
import { listen } from "./smtp.js";

/** What a server does that is not well. */
export type Misbehaviour =
  | "REFUSE_RECIPIENT"
  | "FAIL_FOR_NOW"
  | "NEVER_GREET"
  | "NEVER_ANSWER_DATA"
  /** It has the mail, and goes away without saying so. */
  | "DROP_AFTER_DATA";

/** A mail as its reader sees it, and some of what they do not. */
export interface ReadMail {
  /** Of the envelope. */
  readonly to: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly messageId: string;
  /** As it came over the line. */
  readonly source: string;
  /** By performance.now(). */
  readonly receivedAt: number;
  /** Of the text. */
  readonly links: readonly string[];
  /** The only one. */
  readonly link: string;
}

export interface Mailbox {
  /** For SMTP_URL. */
  readonly url: string;
  /** How many mails have come in, whatever was answered. */
  readonly received: number;
  /** The next mail to this address that was not handed out yet, and whose subject or text is like that; waits for it. */
  next(to: string, like?: RegExp): Promise<ReadMail>;
  /** All to this address so far. */
  mails(to: string): readonly ReadMail[];
  /** All there are. */
  all(): readonly ReadMail[];
  /** From now on, for new connections and mails; null: all is well again. */
  misbehave(how: Misbehaviour | null): void;
  close(): Promise<void>;
}

interface MailboxOptions extends SMTPServerOptions {
  /** By default any that is free. */
  readonly port?: number;
}

/** A mail server within this process: whatever is handed in can be read. No login, no TLS. */
export async function startMailbox({ port: wantedPort, ...options }: MailboxOptions = {}): Promise<Mailbox> {
  let misbehaviour: Misbehaviour | null = null;
  const mails: ReadMail[] = [];
  const handedOut = new Set<ReadMail>();
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    // It would put statuses of its own before those of our answers.
    hideENHANCEDSTATUSCODES: true,
    // What hangs is not waited for.
    closeTimeout: 50,
    onConnect: (_session, greet) => (misbehaviour === "NEVER_GREET" ? undefined : greet()),
    onRcptTo: (_address, _session, answer) => answer(refusalOf(misbehaviour)),
    onData: (stream, { id, envelope }, answer) => {
      const take = async (): Promise<void> => {
        const source = await buffer(stream);
        for (const { address } of envelope.rcptTo) mails.push(await readMail(source, address));
        if (misbehaviour === "DROP_AFTER_DATA") return dropConnection(server, id);
        if (misbehaviour !== "NEVER_ANSWER_DATA") answer();
      };
      take().catch(answer);
    },
    ...options,
  });
  // A client that is gone in the middle.
  server.on("error", () => {});
  greetAtOnce(server);
  const { port, close } = await listen(server, wantedPort);
  const mailsTo = (to: string) => mails.filter((mail) => isSameAddress(mail.to, to));
  return {
    url: `smtp://127.0.0.1:${port}`,
    get received() {
      return mails.length;
    },
    async next(to, like = /^/) {
      const mail = await eventually(() =>
        mailsTo(to).find((mail) => !handedOut.has(mail) && like.test(`${mail.subject}\n${mail.text}`)),
      );
      handedOut.add(mail);
      return mail;
    },
    mails: mailsTo,
    all: () => mails,
    misbehave(how) {
      misbehaviour = how;
    },
    close,
  };
}

/** By itself it waits a tenth of a second for clients that talk too soon: most of what a test with mails would take. */
function greetAtOnce(server: SMTPServer): void {
  const { connections } = server;
  const add = connections.add.bind(connections);
  connections.add = (connection) => {
    connection.init = () => connection._setListeners(() => connection.connectionReady());
    return add(connection);
  };
}

function refusalOf(misbehaviour: Misbehaviour | null): Error | null {
  if (misbehaviour === "REFUSE_RECIPIENT") return smtpError(550, "5.1.1 No such user here");
  if (misbehaviour === "FAIL_FOR_NOW") return smtpError(451, "4.7.1 Greylisted, try again later");
  return null;
}

/** As smtp-server answers it. */
export const smtpError = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

function dropConnection(server: SMTPServer, id: string): void {
  for (const connection of server.connections) if (connection.id === id) connection._socket.destroy();
}

async function readMail(source: Buffer, to: string): Promise<ReadMail> {
  const email: Email = await PostalMime.parse(source);
  const text = withoutBoundary(email.text);
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  return {
    to,
    from: { name: email.from?.name ?? "", address: email.from?.address ?? "" },
    subject: email.subject ?? "",
    text,
    html: withoutBoundary(email.html),
    headers: new Map(email.headers.map(({ key, value }) => [key, value])),
    messageId: email.messageId ?? "",
    source: source.toString(),
    receivedAt: performance.now(),
    links,
    get link() {
      const [link, ...others] = links;
      if (link === undefined || others.length > 0) throw new Error(`${links.length} links in:\n${text}`);
      return link;
    },
  };
}

/** RFC 2046 §5.1.1: the line break before a boundary is part of it, and the parser takes it for the text's. */
const withoutBoundary = (part: string | undefined): string => (part ?? "").replace(/\n$/, "");

/** The domain may have travelled in another form. */
const isSameAddress = (one: string, other: string): boolean => keyOf(one) === keyOf(other);

const keyOf = (address: string): string => parseEmailAddress(address)?.normalized ?? address;
