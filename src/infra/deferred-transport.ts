import type { MailTransport, OutgoingMail } from "../lib/mail-transport.js";

/** Makes the transport behind it with the first mail. Where that fails, each mail is one that could not be sent. */
export class DeferredTransport implements MailTransport {
  #transport: Promise<MailTransport> | undefined;

  constructor(private readonly make: () => Promise<MailTransport>) {}

  async send(mail: OutgoingMail): Promise<void> {
    this.#transport ??= this.make();
    const transport = await this.#transport;
    await transport.send(mail);
  }

  close(): void {
    this.#transport?.then(
      (transport) => transport.close(),
      () => {},
    );
  }
}
