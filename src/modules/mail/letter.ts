/** The parts of a mail in the order in which they are read: one source of what stands in the text and in the HTML. */
export interface Letter {
  readonly language: string;
  readonly subject: string;
  readonly greeting: string;
  readonly before: readonly string[];
  readonly link: LetterLink | null;
  /** What is known of the event: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly after: readonly string[];
  readonly footer: string;
}

export interface LetterLink {
  readonly url: string;
  readonly action: string;
  readonly buttonFails: string;
}
