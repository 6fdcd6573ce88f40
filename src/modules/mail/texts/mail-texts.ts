import type { MailContent } from "../mail-content.js";

/** Mails that ask for something to be followed. */
export type LinkContent = Extract<MailContent, { readonly link: string }>;

/** Mails that tell what has happened. */
export type NoticeContent = Exclude<MailContent, LinkContent>;

interface Words {
  /** What follows the name of the service. */
  readonly subject: string;
  /** Paragraphs above the link, or above what is known of the event. */
  readonly before: readonly string[];
  /** Paragraphs below it. */
  readonly after: readonly string[];
}

interface LinkWords extends Words {
  /** What the link does, as a button says it. */
  readonly action: string;
}

/** Everything that our mails say, in one language. Adding one is such an object, and a line in `languages.ts`. */
export interface MailTexts {
  /** BCP 47, without a region. */
  readonly language: string;
  /** BCP 47: how times are written. */
  readonly timeFormat: string;
  readonly greeting: string;
  /** Above the link written out, for whom the button does nothing. */
  readonly buttonFails: string;
  readonly facts: {
    readonly newEmail: string;
    readonly at: string;
    readonly device: string;
    readonly ipAddress: string;
  };
  readonly footer: (service: string) => string;
  readonly links: {
    readonly [Kind in LinkContent["kind"]]: (service: string, until: string) => LinkWords;
  };
  readonly notices: { readonly [Kind in NoticeContent["kind"]]: (service: string) => Words };
}
