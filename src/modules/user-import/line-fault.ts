/** Why a line of a file is refused, for the operator. It never repeats what the line holds: there are hashes in it. */
export class LineFault extends Error {
  override readonly name = "LineFault";

  /** @param field as the file calls it, where the fault is of one */
  constructor(
    readonly field: string | null,
    readonly reason: string,
  ) {
    super(reason);
  }
}
