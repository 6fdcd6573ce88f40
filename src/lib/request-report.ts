/** The outcome of whatever did what it was asked to. Every other outcome is a code of the contract. */
export const OK = "OK";

/** A root field of a request, and what became of it. */
export interface OperationReport {
  /** The field's name: "login". */
  readonly operation: string;
  /** Its name or alias in the answer. Chosen by the client. */
  readonly responseKey: string;
  /** OK, or a code: of a result (INVALID_CREDENTIALS) or of an error (UNAUTHENTICATED). */
  outcome: string;
  durationSeconds: number;
}

/**
 * What a request did, gathered on its way for the log, the metrics and the trace. It never holds arguments or
 * results: nothing in here is a secret.
 */
export class RequestReport {
  /** What the client calls the operation that it ran ("LoginForm"), and its kind. */
  operationName: string | null = null;
  operationType: string | null = null;
  readonly operations: OperationReport[] = [];
  /** Who made the request, where that was established. */
  userId: string | null = null;
  /** The code with which it was refused as a whole. */
  refusal: string | null = null;
  /** Under which an unexpected error was logged. */
  errorId: string | null = null;
  /** Of OpenTelemetry, where it is in use. */
  traceId: string | null = null;

  constructor(readonly requestId: string) {}

  /** Of a request that did several things, the first that went wrong. */
  get outcome(): string {
    return this.refusal ?? this.operations.find(({ outcome }) => outcome !== OK)?.outcome ?? OK;
  }
}

/** How a request ended: what came of it, and how it was answered. */
export interface FinishedRequest {
  readonly report: RequestReport;
  readonly method: string;
  /** The path as it was registered, never the client's own: that may contain anything. */
  readonly route: string;
  readonly status: number;
  readonly durationSeconds: number;
}
