/** How a page ends: nothing is left to be done on it. */
export interface Notice {
  readonly heading: string;
  /** `{email}` stands for the address that was confirmed. */
  readonly text: string;
}

/** What does not end a page: it can be tried again. */
export interface Problems {
  readonly unreachable: string;
  readonly failed: string;
  /** `{wait}` stands for a time, such as "5 seconds". */
  readonly busy: string;
}

/** What the server puts into a page for its script. */
export interface PageData {
  readonly language: string;
  /** Has one root field, called `outcome`, and variables called `token` and, where there is a form, `newPassword`. */
  readonly mutation: string;
  readonly underWay: string;
  readonly success: Notice;
  readonly incompleteLink: Notice;
  /** By the reason of InvalidToken. */
  readonly invalidToken: Readonly<Record<string, Notice>> & { readonly MALFORMED: Notice };
  readonly problems: Problems;
  /** By the code of InvalidField. */
  readonly faults: Readonly<Record<string, string>>;
}
