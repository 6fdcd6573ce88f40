import type { MailTransport, OutgoingMail } from "../lib/mail-transport.js";

const RULE = "─".repeat(72);

export interface TextOutput {
  write(text: string): void;
}

/** For development without a mail server: mails stand in the terminal, with links that can be clicked. */
export class PrintingTransport implements MailTransport {
  constructor(private readonly output: TextOutput) {}

  async send({ to, subject, text }: OutgoingMail): Promise<void> {
    const head = [`To:      ${inOneLine(to)}`, `Subject: ${inOneLine(subject)}`];
    const body = text.split(/\r?\n/).map(printable).join("\n").trimEnd();
    this.output.write(`\n${[RULE, ...head, "", body, RULE].join("\n")}\n\n`);
  }

  close(): void {
    // Nothing is ever under way.
  }
}

/** Escape sequences would move the cursor, or write to the clipboard; direction marks would turn the rest of the line. */
const printable = (line: string): string => line.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "");

const inOneLine = (text: string): string => printable(text.replaceAll(/\s+/g, " "));
