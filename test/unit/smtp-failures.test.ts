import { connect, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { jest } from "@jest/globals";
import type { SMTPServerOptions } from "smtp-server";
import { type SmtpPatience, SmtpTransport } from "../../src/infra/smtp-transport.js";
import { MailRefused, MailUnsent, type OutgoingMail } from "../../src/lib/mail-transport.js";
import { eventually } from "../support/eventually.js";
import { listenLocally } from "../support/local-port.js";
import { type Misbehaviour, smtpError, startMailbox } from "../support/mailbox.js";
import { startSmtpServer } from "../support/smtp.js";

const MAIL: OutgoingMail = {
  to: "ada@example.org",
  subject: "Hello",
  text: "Hello\n",
  html: "<p>Hello</p>\n",
  language: "en",
  id: "1",
};
const MAIL_FROM = { name: null, address: "no-reply@example.org" };
const LONG: SmtpPatience = { connectMs: 60_000, silenceMs: 60_000, totalMs: 60_000 };

const errorOf = (work: Promise<void>): Promise<Error> =>
  work.then(
    () => new Error("no error"),
    (error: Error) => error,
  );

async function sendTo(options: SMTPServerOptions): Promise<Error> {
  const mailbox = await startMailbox(options);
  const path = options.lmtp ? "?lmtp=true" : "";
  const error = await errorOf(
    new SmtpTransport({ smtpUrl: mailbox.url + path, mailFrom: MAIL_FROM }).send(MAIL),
  );
  await mailbox.close();
  return error;
}

/** Each step answered with an error, which repeats the address as servers do. */
const FAILING = {
  connecting: (error) => ({ onConnect: (_session, answer) => answer(error) }),
  sender: (error) => ({ onMailFrom: (_address, _session, answer) => answer(error) }),
  recipient: (error) => ({ onRcptTo: (_address, _session, answer) => answer(error) }),
  content: (error) => ({
    onData: (stream, _session, answer) => void stream.resume().on("end", () => answer(error)),
  }),
} as const satisfies Record<string, (error: Error) => SMTPServerOptions>;

describe("a mail that is not taken", () => {
  test.each([
    ["recipient", 550, "5.1.1", MailRefused, "EENVELOPE RCPT TO 550 5.1.1"],
    ["recipient", 550, "5.4.1", MailRefused, "EENVELOPE RCPT TO 550 5.4.1"],
    ["recipient", 556, "5.1.10", MailRefused, "EENVELOPE RCPT TO 556 5.1.10"],
    ["content", 554, "5.6.0", MailRefused, "EMESSAGE DATA 554 5.6.0"],
    ["content", 550, "5.7.1", MailRefused, "EMESSAGE DATA 550 5.7.1"],
    // What is about us, or about now.
    ["recipient", 550, "5.7.1", MailUnsent, "EENVELOPE RCPT TO 550 5.7.1"],
    ["recipient", 530, "5.7.0", MailUnsent, "EENVELOPE RCPT TO 530 5.7.0"],
    ["recipient", 503, "5.5.1", MailUnsent, "EENVELOPE RCPT TO 503 5.5.1"],
    ["recipient", 451, "4.7.1", MailUnsent, "EENVELOPE RCPT TO 451 4.7.1"],
    ["recipient", 452, "4.2.2", MailUnsent, "EENVELOPE RCPT TO 452 4.2.2"],
    ["content", 451, "4.3.0", MailUnsent, "EMESSAGE DATA 451 4.3.0"],
    ["content", 530, "5.7.0", MailUnsent, "EMESSAGE DATA 530 5.7.0"],
    ["sender", 550, "5.1.8", MailUnsent, "EENVELOPE MAIL FROM 550 5.1.8"],
    ["sender", 421, "4.3.2", MailUnsent, "EENVELOPE MAIL FROM 421 4.3.2"],
    ["connecting", 554, "5.7.1", MailUnsent, "EPROTOCOL CONN 554 5.7.1"],
  ] as const)(
    "at the %s with %i %s is a %p, with no more than codes",
    async (step, code, status, type, reason) => {
      const said = `${status} <ada@example.org> s3same`;
      const error = await sendTo(FAILING[step](smtpError(code, said)));
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ message: reason, reason });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/ada@|s3same/);
    },
  );

  test("by a server without statuses is refused by its code alone", async () => {
    const error = await sendTo(FAILING.recipient(smtpError(550, "no such user")));
    expect(error).toEqual(new MailRefused("EENVELOPE RCPT TO 550"));
  });

  test("by the mailbox of these tests is refused or put off, as that was told", async () => {
    const mailbox = await startMailbox();
    const transport = new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: MAIL_FROM });
    mailbox.misbehave("REFUSE_RECIPIENT");
    expect(await errorOf(transport.send(MAIL))).toBeInstanceOf(MailRefused);
    mailbox.misbehave("FAIL_FOR_NOW");
    expect(await errorOf(transport.send(MAIL))).toBeInstanceOf(MailUnsent);
    expect(mailbox.received).toBe(0);
    await mailbox.close();
  });

  test("by LMTP after its content is not taken for sent", async () => {
    const error = await sendTo({ ...FAILING.content(smtpError(552, "5.2.2 full")), lmtp: true });
    expect(error).toEqual(new MailRefused("EMESSAGE DATA 552 5.2.2"));
  });

  test("because nobody listens may be tried again", async () => {
    const mailbox = await startMailbox();
    await mailbox.close();
    const error = await errorOf(new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: MAIL_FROM }).send(MAIL));
    expect(error).toEqual(new MailUnsent("ESOCKET ECONNREFUSED CONN"));
  });

  test("because nobody vouches for the server may be tried again, and is not sent", async () => {
    const mailbox = await startMailbox({ disabledCommands: ["AUTH"], logger: false });
    const error = await errorOf(new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: MAIL_FROM }).send(MAIL));
    await mailbox.close();
    expect(error).toBeInstanceOf(MailUnsent);
    expect(error.message).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY|CERT/);
    expect(mailbox.received).toBe(0);
  });

  test("because we could not log in may be tried again, and neither password nor dialogue is told", async () => {
    const smtp = await startSmtpServer("s3same, open!");
    const written = [
      jest.spyOn(process.stdout, "write").mockReturnValue(true),
      jest.spyOn(process.stderr, "write").mockReturnValue(true),
      ...(["log", "info", "debug", "warn", "error"] as const).map((level) =>
        jest.spyOn(console, level).mockReturnValue(),
      ),
    ];
    const smtpUrl = `${smtp.urlOf("mailer", "not s3same")}?logger=true&debug=true&transactionLog=true`;
    const error = await errorOf(new SmtpTransport({ smtpUrl, mailFrom: MAIL_FROM }).send(MAIL));
    const said = written.flatMap(({ mock }) => mock.calls);
    jest.restoreAllMocks();
    await smtp.close();
    expect(error).toBeInstanceOf(MailUnsent);
    expect(error.message).toMatch(/^EAUTH AUTH PLAIN 535/);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/s3same|mailer/);
    expect(said).toEqual([]);
  });
});

describe("a server that hangs", () => {
  const hanging = (how: Misbehaviour, patience: Partial<SmtpPatience>) => async () => {
    let closed = 0;
    const mailbox = await startMailbox({ onClose: () => void closed++ });
    mailbox.misbehave(how);
    const transport = new SmtpTransport(
      { smtpUrl: mailbox.url, mailFrom: MAIL_FROM },
      { ...LONG, ...patience },
    );
    const error = await errorOf(transport.send(MAIL));
    await eventually(() => closed || undefined);
    await mailbox.close();
    expect(error).toBeInstanceOf(MailUnsent);
    expect(error.message).toMatch(/^ETIMEDOUT/);
  };

  test("before it greets is left", hanging("NEVER_GREET", { connectMs: 300 }));
  test("before it takes the content is left", hanging("NEVER_ANSWER_DATA", { silenceMs: 600 }));
  test("is left when all the time for a mail is over", hanging("NEVER_ANSWER_DATA", { totalMs: 600 }));

  describe("and yet says something all the time", () => {
    const sockets = new Set<Socket>();
    let server: Server;
    let port: number;
    let accepted: number;

    beforeEach(async () => {
      accepted = 0;
      // It takes no hint, either: its half of the connection stays open.
      server = createServer({ allowHalfOpen: true }, (socket) => {
        accepted++;
        sockets.add(socket);
        socket.on("error", () => {}).on("close", () => sockets.delete(socket));
        const trickle = setInterval(() => socket.write("220-please hold the line\r\n"), 10);
        socket.on("close", () => clearInterval(trickle));
      });
      port = await listenLocally(server);
    });

    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    const transportTo = (patience: SmtpPatience) => {
      return new SmtpTransport({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: MAIL_FROM }, patience);
    };

    test("is cut off when all the time for a mail is over", async () => {
      const startedAt = performance.now();
      const error = await errorOf(transportTo({ ...LONG, totalMs: 200 }).send(MAIL));
      expect(error).toEqual(new MailUnsent("ETIMEDOUT"));
      await eventually(() => sockets.size === 0 || undefined);
      expect(performance.now() - startedAt).toBeLessThan(3000);
    });

    test("is cut off when the transport is closed, and so is every mail that comes later", async () => {
      const transport = transportTo(LONG);
      const mails = [errorOf(transport.send(MAIL)), errorOf(transport.send(MAIL))];
      await eventually(() => sockets.size === 2 || undefined);
      transport.close();
      expect(await Promise.all(mails)).toEqual([new MailUnsent("EABORT"), new MailUnsent("EABORT")]);
      await eventually(() => sockets.size === 0 || undefined);
      expect(await errorOf(transport.send(MAIL))).toEqual(new MailUnsent("EABORT"));
      // The next to connect is the third.
      connect(port, "127.0.0.1").unref();
      await eventually(() => sockets.size === 1 || undefined);
      expect(accepted).toBe(3);
    });
  });

  test("holds only the mail that it was given", async () => {
    const mailbox = await startMailbox();
    const transport = new SmtpTransport(
      { smtpUrl: mailbox.url, mailFrom: MAIL_FROM },
      { ...LONG, silenceMs: 1500 },
    );
    mailbox.misbehave("NEVER_ANSWER_DATA");
    const held = errorOf(transport.send(MAIL));
    await mailbox.next(MAIL.to);
    mailbox.misbehave(null);
    await transport.send({ ...MAIL, to: "bob@example.org" });
    expect(mailbox.received).toBe(2);
    expect(await held).toBeInstanceOf(MailUnsent);
    await mailbox.close();
  });
});
