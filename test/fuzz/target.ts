import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createDatabase, type FaultDatabase } from "../faults/databases.js";
import type { DatabaseKind } from "../faults/program.js";
import type { Scope } from "../faults/scope.js";
import { LOGIN, ME, SIGNUP } from "../support/journeys.js";
import { startMailbox } from "../support/mailbox.js";
import { killServers, ServerProcess } from "../support/server-process.js";
import type { Secrets } from "./exchange.js";
import { CANARY } from "./fuzz-case.js";
import { preparePasskeyAnswers } from "./passkey-answers.js";

const PASSWORD = `${CANARY} correct horse`;
const NO_LIMIT = "1000000";
/** Between a connection that broke and the end of the process that broke it. */
const EXIT_PATIENCE_MS = 200;
const SHOWN_CHARACTERS = 1000;

const ENVIRONMENT = {
  NODE_ENV: "test",
  ARGON2_MEMORY_KIB: "64",
  ARGON2_ITERATIONS: "1",
  PUBLIC_URL: "http://latchkey.test",
  CORS_ORIGINS: "https://app.example.org",
  METRICS: "true",
  // What X-Forwarded-For says is looked at, too.
  TRUST_PROXY: "1",
  ACCESS_TOKEN_SECONDS: "86400",
  // Nobody is to be refused: behind the limits lies what is tested.
  HASH_QUEUE: "100000",
  LOGIN_ATTEMPTS_PER_ACCOUNT: "1000",
  LOGIN_ATTEMPTS_PER_IP: NO_LIMIT,
  SIGNUPS_PER_IP: NO_LIMIT,
  MAILS_PER_ACCOUNT: "1000",
  ATTEMPT_WINDOW_SECONDS: "1",
};

type Environment = Readonly<Record<string, string>>;

/** The server under test, with accounts whose tokens the cases carry. */
export class Target {
  /** How often it ended without being told to. */
  deaths = 0;
  #server: ServerProcess | undefined;
  /** Everything secret that was ever given out or sent. */
  readonly #secrets = new Set<string>([CANARY]);
  readonly #logFaults: string[] = [];
  #readCharacters = 0;

  private constructor(
    private readonly folder: string,
    private readonly environment: Environment,
    readonly database: FaultDatabase,
  ) {}

  static async start(kind: DatabaseKind, scope: Scope): Promise<Target> {
    const database = await createDatabase(kind, scope);
    const authSecret = randomBytes(32).toString("base64url");
    // Mails are read by nobody, but they leave: what is printed would not be a line of the log.
    const mailbox = await startMailbox();
    scope.defer(() => mailbox.close());
    const environment = {
      ...ENVIRONMENT,
      DATABASE_URL: database.url,
      AUTH_SECRET: authSecret,
      SMTP_URL: mailbox.url,
    };
    const target = new Target(scope.temporaryFolder(), environment, database);
    target.#secrets.add(authSecret);
    scope.defer(async () => {
      killServers();
      await target.#server?.exit;
    });
    await target.#startServer();
    return target;
  }

  get url(): URL {
    return new URL(this.#running.url);
  }

  /** Starts it again where a case has killed it: shrinking goes on over the same data. */
  async revive(): Promise<void> {
    const isGone = await Promise.race([this.#running.exit.then(() => true), delay(EXIT_PATIENCE_MS, false)]);
    if (!isGone) return;
    this.deaths += 1;
    await this.#startServer();
  }

  /** @returns its exit code */
  stop(): Promise<number | null> {
    this.#running.kill("SIGTERM");
    return this.#running.exit;
  }

  /** Somebody new, with one open session. */
  async signUp(username: string): Promise<Secrets> {
    const account = { email: `${username}@fuzz.example`, username, password: PASSWORD };
    const session = await this.#enter(SIGNUP, account, "signup");
    return { ...account, ...session, ...(await preparePasskeyAnswers(this.#running, session.access)) };
  }

  /** The same person with a new session: a case may have ended the one before. */
  async logIn({ email = "", username = "", password = "" }: Secrets): Promise<Secrets> {
    const session = await this.#enter(LOGIN, { identifier: email, password }, "login");
    const answers = await preparePasskeyAnswers(this.#running, session.access);
    return { email, username, password, ...session, ...answers };
  }

  /** Whether the token still shows whose it is. */
  async recognises({ access, email }: Secrets): Promise<boolean> {
    const answer = await this.#running.graphql(ME, {}, access);
    return answer.data?.me?.email === email;
  }

  /** Log lines that tell of a fault of the server, or that tell a secret, in the order they came. */
  readLogFaults(): readonly string[] {
    const { output } = this.#running;
    // Up to the last line that is whole.
    const end = output.lastIndexOf("\n") + 1;
    const lines = output.slice(this.#readCharacters, end).split("\n");
    this.#readCharacters = Math.max(end, this.#readCharacters);
    this.#logFaults.push(...lines.filter((line) => line !== "").flatMap((line) => this.#findFaults(line)));
    return this.#logFaults;
  }

  #findFaults(line: string): string[] {
    const shown = line.slice(0, SHOWN_CHARACTERS);
    const isFault = /"level":"(error|fatal)"/.test(line) || !line.startsWith("{");
    const isTelling = [...this.#secrets].some((secret) => line.includes(secret));
    return [
      ...(isFault ? [`in the log: ${shown}`] : []),
      ...(isTelling ? [`a secret in the log: ${shown}`] : []),
    ];
  }

  async #startServer(): Promise<void> {
    // What the one before has said last.
    if (this.#server !== undefined) this.readLogFaults();
    this.#readCharacters = 0;
    this.#server = await ServerProcess.start(this.folder, this.environment);
    if (this.#server.url === "") throw new Error(`The server did not start:\n${this.#server.output}`);
  }

  get #running(): ServerProcess {
    if (this.#server === undefined) throw new Error("There is no server");
    return this.#server;
  }

  async #enter(query: string, input: object, field: "signup" | "login") {
    const response = await fetch(`${this.#running.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const body = JSON.parse(await response.text());
    const payload = body.data?.[field];
    if (payload?.__typename !== "AuthPayload") throw new Error(`Not let in: ${JSON.stringify(body)}`);
    const device = /latchkey-device=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";
    const tokens = { access: payload.accessToken, refresh: payload.refreshToken, device };
    for (const token of Object.values(tokens)) this.#secrets.add(token);
    return { ...tokens, session: payload.session.id };
  }
}
