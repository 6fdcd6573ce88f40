import type { DatabaseKind } from "../../test/faults/program.js";

/** The password of every account that a benchmark makes or asks for. */
export const PASSWORD = "correct horse battery staple";

/** A request as a client of the candidate sends it. */
export interface ClientRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What stands in the answer when it is what was asked for: a fast refusal is no figure. */
  readonly expects: string;
}

export interface ClientAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a client holds once it is logged in. */
export interface Credentials {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** The value of the Cookie header. */
  readonly cookie?: string;
}

/** How a client speaks to a candidate. What a candidate does not offer is left out. */
export interface Protocol {
  signup(email: string): ClientRequest;
  login(email: string): ClientRequest;
  /** @throws when the answer to a signup, login or refresh is no success */
  readCredentials(answer: ClientAnswer): Credentials;
  /** Who am I: id and address. */
  me(credentials: Credentials): ClientRequest;
  /** The same with the list of one's sessions. */
  meAndSessions?(credentials: Credentials): ClientRequest;
  /** Moves the session on by a write that is durable before the answer. */
  refresh?(credentials: Credentials): ClientRequest;
}

/** A process that serves HTTP and says so with a line of standard output that has its URL in it. */
export interface ServerCommand {
  /** For Node.js: the script and what follows it. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Besides PATH. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface Population {
  readonly kind: DatabaseKind;
  /** `sqlite:<file>` or `postgresql://…`: a new database of the candidate's own. */
  readonly databaseUrl: string;
  /** How many accounts there are to be, each with a session, before the first request. */
  readonly users: number;
}

/** What is measured: Latchkey, or what a team would run or write instead of it. */
export interface Candidate {
  readonly name: string;
  /** How it is set up, and what of that is another choice than Latchkey's: for the reader of the results. */
  readonly setUp: string;
  /** Makes the database and says how to start the server over it. */
  prepare(population: Population): Promise<ServerCommand>;
  readonly protocol: Protocol;
}
