/** A statement, or a part of one, with the values that stand beside it. */
export interface SqlText {
  /** With "?" for each value. */
  readonly sql: string;
  readonly values: readonly string[];
}
