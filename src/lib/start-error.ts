/** A reason not to start that an operator can mend. Its message says all: no stack trace goes with it. */
export class StartError extends Error {
  override readonly name = "StartError";
}
