import { SmtpTransport } from "../../src/infra/smtp-transport.js";
import { MailRefused, type OutgoingMail } from "../../src/lib/mail-transport.js";
import { type Mailbox, startMailbox } from "../support/mailbox.js";

const FROM = { name: "Bücher & Co, Ltd.", address: "no-reply@example.org" };

const MAIL: OutgoingMail = {
  to: "ada@example.org",
  subject: "Bücher: Bestätigen Sie Ihre E-Mail-Adresse 🦉",
  text: `Guten Tag,\n\nschöne Grüße\n.\n..two\nhttps://app.example.org/verify?token=${"a".repeat(1200)}=b\n`,
  html: `<!doctype html>\n<p title="ü">${"x".repeat(1200)}</p>\n.\n`,
  language: "de",
  id: "0198b7a2-0000-7000-8000-000000000001",
};

describe("a mail that is handed over by SMTP", () => {
  const mailboxes: Mailbox[] = [];
  const start = async (...args: Parameters<typeof startMailbox>): Promise<Mailbox> => {
    const mailbox = await startMailbox(...args);
    mailboxes.push(mailbox);
    return mailbox;
  };
  afterEach(() => Promise.all(mailboxes.splice(0).map((mailbox) => mailbox.close())));

  test("arrives as it was written, and says who it is from", async () => {
    const mailbox = await start();
    await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send(MAIL);
    const mail = await mailbox.next("ada@example.org");
    expect(mail).toMatchObject({ from: FROM, subject: MAIL.subject, text: MAIL.text, html: MAIL.html });
    expect(mail.link).toBe(`https://app.example.org/verify?token=${"a".repeat(1200)}=b`);
    expect(mail.headers.get("to")).toBe("ada@example.org");
    expect(mailbox.received).toBe(1);
  });

  test("tells machines that nobody wrote it, and in what language", async () => {
    const mailbox = await start();
    await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send(MAIL);
    const { headers } = await mailbox.next("ada@example.org");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("x-auto-response-suppress")).toBe("OOF, AutoReply");
    expect(headers.get("content-language")).toBe("de");
    expect(Math.abs(Date.parse(headers.get("date") ?? "") - Date.now())).toBeLessThan(60_000);
    expect(headers.has("x-mailer")).toBe(false);
  });

  test("has the same Message-ID in every try, in the domain of the sender", async () => {
    const mailbox = await start();
    const mailFrom = { name: null, address: "no-reply@bücher.example" };
    const transport = new SmtpTransport({ smtpUrl: mailbox.url, mailFrom });
    mailbox.misbehave("DROP_AFTER_DATA");
    await expect(transport.send(MAIL)).rejects.toThrow("ECONNECTION");
    mailbox.misbehave(null);
    await transport.send(MAIL);
    await transport.send({ ...MAIL, id: "another" });
    const ids = mailbox.mails("ada@example.org").map(({ messageId }) => messageId);
    const expected = `<${MAIL.id}@xn--bcher-kva.example>`;
    expect(ids).toEqual([expected, expected, "<another@xn--bcher-kva.example>"]);
  });

  test("says good-bye, and leaves no connection behind", async () => {
    let closed = 0;
    const mailbox = await start({ onClose: () => void closed++ });
    await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send(MAIL);
    while (closed === 0) await new Promise(setImmediate);
    expect(closed).toBe(1);
  });

  test("to an internationalised address goes with SMTPUTF8, its domain in ASCII", async () => {
    const envelopes: unknown[] = [];
    const mailbox = await start({
      onMailFrom: ({ args }, _session, answer) => {
        envelopes.push(args);
        answer();
      },
    });
    await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send({
      ...MAIL,
      to: "jürgen@bücher.example",
    });
    const mail = await mailbox.next("jürgen@bücher.example");
    expect(envelopes).toEqual([expect.objectContaining({ SMTPUTF8: true })]);
    expect(mail.headers.get("to")).toMatch(/^jürgen@/);
  });

  test("to a domain with umlauts needs nothing of the server", async () => {
    const mailbox = await start({ hideSMTPUTF8: true });
    await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send({
      ...MAIL,
      to: "ada@bücher.example",
    });
    expect((await mailbox.next("ada@bücher.example")).headers.get("to")).toBe("ada@xn--bcher-kva.example");
  });

  test("to an internationalised address is refused where the server cannot take one, and nothing of it is sent", async () => {
    const commands: string[] = [];
    const mailbox = await start({
      hideSMTPUTF8: true,
      onMailFrom: ({ address }, _session, answer) => {
        commands.push(address);
        answer();
      },
    });
    const sending = new SmtpTransport({ smtpUrl: mailbox.url, mailFrom: FROM }).send({
      ...MAIL,
      to: "jürgen@example.org",
    });
    await expect(sending).rejects.toEqual(new MailRefused("SMTPUTF8 not offered"));
    expect(commands).toEqual([]);
  });
});

describe("34: nothing that is put into a mail becomes a header, a recipient or a command", () => {
  const BREAKS = ["\r\n", "\n", "\r", "\r\n\r\n", "\u2028", "\u0085"];
  const INJECTED = "Bcc: eve@evil.example";

  /** Hands it over, if it can be, and tells who got what. */
  async function tryToSend(mail: Partial<OutgoingMail>, mailFrom = FROM) {
    const recipients: string[] = [];
    const mailbox = await startMailbox({
      onRcptTo: ({ address }, _session, answer) => {
        recipients.push(address);
        answer();
      },
    });
    const outcome = await new SmtpTransport({ smtpUrl: mailbox.url, mailFrom })
      .send({ ...MAIL, ...mail })
      .then(
        () => "SENT",
        (error: Error) => error.name,
      );
    const mails = recipients.flatMap((recipient) => mailbox.mails(recipient));
    await mailbox.close();
    return { outcome, recipients, mails };
  }

  test.each(BREAKS)(
    "through the subject, the name of the sender, the language or the id, by %j",
    async (lineBreak) => {
      const hostile = `x${lineBreak}${INJECTED}${lineBreak}x`;
      const { outcome, recipients, mails } = await tryToSend(
        { subject: hostile, language: hostile, id: hostile },
        { ...FROM, name: `x"${hostile}` },
      );
      expect(outcome).toBe("SENT");
      expect(recipients).toEqual(["ada@example.org"]);
      expect(mails).toHaveLength(1);
      expect(mails[0]?.source).not.toMatch(/[\r\n]Bcc:/i);
      expect(mails[0]?.headers.has("bcc")).toBe(false);
      expect(mails[0]?.text).toBe(MAIL.text);
    },
  );

  test.each([
    `ada@example.org\r\n${INJECTED}`,
    `ada@example.org>\r\nRCPT TO:<eve@evil.example`,
    `ada\r\n${INJECTED}@example.org`,
    "ada@example.org\nDATA",
    "ada@example.org> NOTIFY=SUCCESS <x",
    "ada@example.org, eve@evil.example",
    "Ada <ada@example.org>, Eve <eve@evil.example>",
    "eve@evil.example;ada@example.org",
    "ada@example.org eve@evil.example",
    "team: eve@evil.example;",
  ])("through the address %j", async (to) => {
    const { outcome, recipients, mails } = await tryToSend({ to });
    expect(recipients).not.toContain("eve@evil.example");
    expect(recipients.length).toBeLessThanOrEqual(1);
    expect(outcome).toBe(mails.length === 0 ? "MailRefused" : "SENT");
    for (const { source } of mails) expect(source).not.toMatch(/[\r\n]Bcc:/i);
  });

  test("through the content: a dot on its own ends no mail", async () => {
    const { mails, recipients } = await tryToSend({
      text: "one\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<eve@evil.example>\r\n",
    });
    expect(recipients).toEqual(["ada@example.org"]);
    expect(mails.map(({ text }) => text)).toEqual([
      "one\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<eve@evil.example>\n",
    ]);
  });
});
