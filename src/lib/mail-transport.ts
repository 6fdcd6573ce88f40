/** A mail ready to leave: to one person, as plain text and as HTML. */
export interface OutgoingMail {
  /** The bare address. Internationalised ones as they are (RFC 6531). */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** BCP 47, for Content-Language. */
  readonly language: string;
  /** The same for every try, so that a mailbox that was given the mail twice can tell. Not a secret. */
  readonly id: string;
}

/** Hands mails over to whoever carries them. */
export interface MailTransport {
  /** @throws MailRefused when it would be refused again; whatever else it throws (MailUnsent) may be tried again later */
  send(mail: OutgoingMail): Promise<void>;
  /** Breaks off what is under way. */
  close(): void;
}

/** This mail is not taken, now or later: the recipient does not exist, or the content is unwanted. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";

  /** @param reason what a log may have: codes, and nothing that a server has written, which may repeat the address */
  constructor(readonly reason = "refused") {
    super(reason);
  }
}

/** Not this time: whoever carries mail is away, busy, or does not know us. */
export class MailUnsent extends Error {
  override readonly name = "MailUnsent";

  /** @param reason as that of MailRefused */
  constructor(readonly reason: string) {
    super(reason);
  }
}
