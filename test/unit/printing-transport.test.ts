import { DeferredTransport } from "../../src/infra/deferred-transport.js";
import { createMailTransport } from "../../src/infra/mail-transport.js";
import { PrintingTransport } from "../../src/infra/printing-transport.js";

const LINK = `https://app.example.org/verify-email?token=${"a".repeat(100)}`;
const MAIL = {
  to: "ada@example.org",
  subject: "Example: Bücher 🦉",
  text: `Hello,\n\nConfirm:\n${LINK}\n`,
  html: "<p>Hello</p>",
  language: "en",
  id: "1",
};

async function print(mail: Partial<typeof MAIL>): Promise<string> {
  let printed = "";
  const output = {
    write(text: string) {
      printed += text;
    },
  };
  await new PrintingTransport(output).send({ ...MAIL, ...mail });
  return printed;
}

describe("a mail that is printed", () => {
  test("is readable, with its link alone on a line", async () => {
    const lines = (await print({})).split("\n");
    expect(lines).toContain("To:      ada@example.org");
    expect(lines).toContain("Subject: Example: Bücher 🦉");
    expect(lines).toContain(LINK);
    expect(lines.join("\n")).toContain("Hello,\n\nConfirm:\n");
  });

  test("47: moves no cursor, writes to no clipboard and forges no line above the text", async () => {
    const hostile = "\u001b[2J\u001b]52;c;ZXZpbA==\u0007\u009b31m\r\b\u0000\u202egnp\u2066\u2028";
    const printed = await print({
      to: `ada${hostile}\nSubject: forged`,
      subject: `x${hostile}\r\nTo: eve`,
      text: `a${hostile}b\r\nc`,
    });
    expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(printed).toMatch(/^To: +ada.* Subject: forged$/m);
    expect(printed).toMatch(/^Subject: x.* To: eve$/m);
    expect(printed).toMatch(/^a.*b\nc$/m);
  });
});

describe("who carries mail", () => {
  const output = { write: () => {} };
  const mailFrom = { name: null, address: "no-reply@example.org" };

  test.each([
    ["smtp://127.0.0.1", true, DeferredTransport],
    ["smtp://127.0.0.1", false, DeferredTransport],
    [undefined, false, PrintingTransport],
  ])("with SMTP_URL=%s and production %s it is %p", (smtpUrl, isProduction, type) => {
    expect(createMailTransport({ smtpUrl, mailFrom, isProduction }, output)).toBeInstanceOf(type);
  });

  test("without SMTP_URL nobody does in production: links would stand in a log", () => {
    expect(createMailTransport({ smtpUrl: undefined, mailFrom, isProduction: true }, output)).toBeNull();
  });
});
