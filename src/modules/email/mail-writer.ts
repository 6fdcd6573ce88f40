import type { EntityManager } from "@mikro-orm/core";
import type { Config } from "../../config/config.js";
import { inTransaction } from "../../context.js";
import type { Clock } from "../../lib/clock.js";
import { parseEmailAddress } from "../../lib/email-address.js";
import type { OutgoingMail } from "../../lib/mail-transport.js";
import type { MailRequests } from "../credential-attempt/mail-requests.js";
import { composeMail } from "../mail/compose-mail.js";
import type { MailContent } from "../mail/mail-content.js";
import type { OutboxMail } from "../mail/outbox-mail.entity.js";
import { OneTimeToken, TokenPurpose } from "../one-time-token/one-time-token.entity.js";
import { linkExpiresAt, type OneTimeTokens } from "../one-time-token/one-time-tokens.js";
import { PendingSignup } from "../pending-signup/pending-signup.entity.js";
import type { PendingSignups } from "../pending-signup/pending-signups.js";
import { SecurityEventType } from "../security-event/security-event.types.js";
import type { SecurityEvents } from "../security-event/security-events.js";
import { User } from "../user/user.entity.js";
import { UserStatus } from "../user/user.types.js";

type WriterConfig = Pick<Config, "serviceName" | "resetPasswordUrl" | "verifyEmailUrl">;

interface Collaborators {
  readonly mailRequests: MailRequests;
  readonly oneTimeTokens: OneTimeTokens;
  readonly pendingSignups: PendingSignups;
  readonly securityEvents: SecurityEvents;
  readonly clock: Clock;
}

interface Message {
  readonly to: string;
  readonly locale: string | null;
  readonly content: MailContent;
}

type NoticeKind = Extract<MailContent, { readonly client: unknown }>["kind"];

/** What a link is called in mails, and the page behind it. */
const LINKS = {
  RESET_PASSWORD: { kind: "RESET_PASSWORD", page: "resetPasswordUrl" },
  VERIFY_EMAIL: { kind: "VERIFY_EMAIL", page: "verifyEmailUrl" },
  CHANGE_EMAIL: { kind: "CONFIRM_EMAIL_CHANGE", page: "verifyEmailUrl" },
  CONFIRM_SIGNUP: { kind: "CONFIRM_SIGNUP", page: "verifyEmailUrl" },
} as const satisfies Record<TokenPurpose, object>;

/** What the log of the account says of it. */
const REQUEST_EVENTS = {
  [TokenPurpose.RESET_PASSWORD]: SecurityEventType.PASSWORD_RESET_REQUESTED,
  [TokenPurpose.VERIFY_EMAIL]: SecurityEventType.EMAIL_VERIFICATION_REQUESTED,
} as const;

/** Finds out what a mail of the outbox has to say: to whom, with which link, or nothing at all. */
export class MailWriter {
  constructor(
    private readonly config: WriterConfig,
    private readonly deps: Collaborators,
  ) {}

  async write(em: EntityManager, mail: OutboxMail): Promise<Omit<OutgoingMail, "id"> | null> {
    const message = await this.#findMessage(em, mail);
    if (message === null) return null;
    const { to, locale, content } = message;
    return { to, ...composeMail(content, { locale, service: this.config.serviceName }) };
  }

  #findMessage(em: EntityManager, mail: OutboxMail): Promise<Message | null> {
    switch (mail.kind) {
      case "RESET_PASSWORD":
        return this.#writeReset(em, mail);
      case "VERIFY_EMAIL":
        return this.#writeVerification(em, mail);
      case "CONFIRM_SIGNUP":
        return this.#writeConfirmation(em, mail);
      case "CONFIRM_EMAIL_CHANGE":
        return this.#writeChange(em, mail);
      case "SIGNUP_ATTEMPTED":
      case "EMAIL_CHANGE_ATTEMPTED":
        return this.#warnOwner(em, mail, mail.kind);
      default:
        return this.#writeNotice(mail, mail.kind);
    }
  }

  /** To whom it was, with the words of then. Null when the same was told there too often: it would tell nothing new. */
  async #writeNotice(mail: OutboxMail, kind: NoticeKind): Promise<Message | null> {
    const { recipient: to, locale, attempts } = mail;
    const address = parseEmailAddress(to)?.normalized ?? to;
    const isFirstTry = attempts === 0;
    if (isFirstTry && (await this.deps.mailRequests.countNotice(kind, address)) !== null) return null;
    return { to, locale, content: noticeOf(mail, kind) };
  }

  /** To the address as it is stored, never as it was typed: what counts as the same need not be the same mailbox. */
  async #writeReset(em: EntityManager, mail: OutboxMail): Promise<Message | null> {
    const user = await this.#findOwner(em, mail);
    return user === null ? null : this.#writeUserLink(em, mail, user, TokenPurpose.RESET_PASSWORD);
  }

  async #writeVerification(em: EntityManager, mail: OutboxMail): Promise<Message | null> {
    const user = await this.#findOwner(em, mail);
    if (user?.emailVerified === false) {
      return this.#writeUserLink(em, mail, user, TokenPurpose.VERIFY_EMAIL);
    }
    const emailNormalized = parseEmailAddress(mail.recipient)?.normalized;
    if (user !== null || emailNormalized === undefined) return null;
    const pending = await this.deps.pendingSignups.findLatest(em, { emailNormalized });
    return pending === null ? null : this.#writePendingLink(em, pending);
  }

  async #writeConfirmation(em: EntityManager, mail: OutboxMail): Promise<Message | null> {
    const pending = await em.findOne(PendingSignup, { id: mail.id });
    if (pending === null) return null;
    const warning = await this.#warnOwner(em, mail, "SIGNUP_ATTEMPTED");
    return warning ?? this.#writePendingLink(em, pending);
  }

  async #writeChange(em: EntityManager, mail: OutboxMail): Promise<Message | null> {
    const link = await em.findOne(OneTimeToken, { id: mail.id, usedAt: null }, { populate: ["user"] });
    if (link === null) return null;
    const warning = await this.#warnOwner(em, mail, "EMAIL_CHANGE_ATTEMPTED");
    return warning ?? this.#writeLink(link, link.user?.locale ?? null);
  }

  /** To whoever has the address already. Null when nobody has. */
  async #warnOwner(
    em: EntityManager,
    { recipient, createdAt }: OutboxMail,
    kind: "SIGNUP_ATTEMPTED" | "EMAIL_CHANGE_ATTEMPTED",
  ): Promise<Message | null> {
    const user = await em.findOne(User, {
      emailNormalized: parseEmailAddress(recipient)?.normalized ?? null,
    });
    if (user === null) return null;
    return { to: user.email, locale: user.locale, content: { kind, at: createdAt } };
  }

  /** Whom the mail is about, where that is known: by now somebody else may have their address. */
  #findOwner(em: EntityManager, { user, recipient }: OutboxMail): Promise<User | null> {
    const wanted =
      user === null ? { emailNormalized: parseEmailAddress(recipient)?.normalized ?? null } : { id: user.id };
    return em.findOne(User, { ...wanted, status: UserStatus.ACTIVE });
  }

  /** Where it was asked for without a login, this is the first time that anybody knows for which account. */
  async #writeUserLink(
    em: EntityManager,
    { id, createdAt, user: knownOwner, facts }: OutboxMail,
    user: User,
    purpose: TokenPurpose.RESET_PASSWORD | TokenPurpose.VERIFY_EMAIL,
  ): Promise<Message | null> {
    const expiresAt = linkExpiresAt(purpose, createdAt.getTime());
    const client = facts.requestedFrom ?? { ipAddress: null, userAgent: null };
    const link = await inTransaction({ em, client }, async (tx) => {
      const owner = tx.em.getReference(User, user.id);
      const isFirstTry = (await tx.em.count(OneTimeToken, { id })) === 0;
      if (isFirstTry && knownOwner === null) {
        await this.deps.securityEvents.record(tx, { type: REQUEST_EVENTS[purpose], userId: user.id });
      }
      const { email } = user;
      return this.deps.oneTimeTokens.issueOnce(tx.em, { id, purpose, user: owner, email, expiresAt });
    });
    return this.#writeLink(link, user.locale);
  }

  /** The same link for whoever asks once more, as long as the signup waits. */
  async #writePendingLink(
    em: EntityManager,
    { id, email, createdAt }: PendingSignup,
  ): Promise<Message | null> {
    const purpose = TokenPurpose.CONFIRM_SIGNUP;
    const expiresAt = linkExpiresAt(purpose, createdAt.getTime());
    const link = await this.deps.oneTimeTokens.issueOnce(em, { id, purpose, user: null, email, expiresAt });
    return this.#writeLink(link, null);
  }

  /** Null when the link is good for nothing any more: the mail was delayed for too long. */
  #writeLink(row: OneTimeToken, locale: string | null): Message | null {
    const { email: to, expiresAt, usedAt, purpose } = row;
    if (usedAt !== null || expiresAt.getTime() <= this.deps.clock()) return null;
    const { kind, page } = LINKS[purpose];
    const link = `${this.config[page]}?token=${this.deps.oneTimeTokens.sign(row)}`;
    return { to, locale, content: { kind, link, expiresAt } };
  }
}

function noticeOf({ createdAt: at, facts }: OutboxMail, kind: NoticeKind): MailContent {
  const { client = { device: null, ipAddress: null }, newEmail = null } = facts;
  return kind === "EMAIL_CHANGED" ? { kind, at, client, newEmail } : { kind, at, client };
}
