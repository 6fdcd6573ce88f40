import { randomBytes } from "node:crypto";
import { ServerProcess } from "../support/server-process.js";
import { audit } from "./audit.js";
import { createDatabase, type FaultDatabase } from "./databases.js";
import { GoodClient } from "./good-client.js";
import { GraphqlClient } from "./graphql-client.js";
import { type KnownSession, Ledger, type Person } from "./ledger.js";
import type { Setting } from "./program.js";
import { type Beat, Pulse } from "./pulse.js";
import type { Scope } from "./scope.js";
import { Traffic, type TrafficOptions } from "./traffic.js";

type Environment = Readonly<Record<string, string>>;

const NO_LIMIT = "1000000";

/** The same for every server of a program: a restart must not look like a rotated secret or another issuer. */
const ENVIRONMENT: Environment = {
  // Hashes may be cheap: more writes meet the fault.
  NODE_ENV: "test",
  ARGON2_MEMORY_KIB: "64",
  ARGON2_ITERATIONS: "1",
  PUBLIC_URL: "http://latchkey.test",
  // What was revoked must be dead because it was revoked, not because its time was up.
  ACCESS_TOKEN_SECONDS: "86400",
  REFRESH_GRACE_SECONDS: "60",
  SESSIONS_PER_USER: "1000",
  // All traffic comes from one address.
  LOGIN_ATTEMPTS_PER_IP: NO_LIMIT,
  SIGNUPS_PER_IP: NO_LIMIT,
};

export interface Bystanders {
  readonly identifiers: readonly string[];
  /** Of the first of them; their sessions stay. */
  readonly accessToken: string;
}

/** Where a program plays: a database, a folder, the servers over them, and the clients with their ledger. */
export class Stage {
  readonly client = new GraphqlClient();
  readonly goodClient = new GoodClient(this.client, new Ledger());
  readonly #secret = randomBytes(32).toString("base64url");
  readonly folder: string;
  readonly #servers: ServerProcess[] = [];

  private constructor(
    private readonly scope: Scope,
    readonly database: FaultDatabase,
    private readonly environment: Environment,
  ) {
    this.folder = scope.temporaryFolder();
    scope.defer(() => this.client.close());
    scope.defer(() => this.#end());
  }

  /** @param environment variables of the program's own, undefined for the server's default */
  static async open(
    setting: Setting,
    environment: Readonly<Record<string, string | undefined>> = {},
    database?: FaultDatabase,
  ): Promise<Stage> {
    const chosen = Object.entries({ ...ENVIRONMENT, ...environment }).filter(
      ([, value]) => value !== undefined,
    );
    return new Stage(
      setting.scope,
      database ?? (await createDatabase(setting.kind, setting.scope)),
      Object.fromEntries(chosen) as Environment,
    );
  }

  get ledger(): Ledger {
    return this.goodClient.ledger;
  }

  /** With the same secret and database every time. */
  get serverEnvironment(): Environment {
    return { ...this.environment, DATABASE_URL: this.database.url, AUTH_SECRET: this.#secret };
  }

  /** Traffic over this stage, to be started; it ends with the program, however that ends. */
  newTraffic(options: TrafficOptions): Traffic {
    const traffic = new Traffic(this.goodClient, options);
    this.scope.defer(() => traffic.stop());
    return traffic;
  }

  /** The same for a pulse, which beats from now on. */
  newPulse(intervalMs: number, beat: () => Promise<Beat>): Pulse {
    const pulse = new Pulse(intervalMs, beat);
    this.scope.defer(() => pulse.stop());
    return pulse;
  }

  /** Starts a server that the stage's client talks to from now on. */
  async startServer(): Promise<{ server: ServerProcess; readyMs: number }> {
    const startedAt = performance.now();
    const server = await ServerProcess.start(this.folder, this.serverEnvironment);
    this.#servers.push(server);
    if (server.url === "") throw new Error(`The server did not start:\n${server.output}`);
    this.client.url = server.url;
    return { server, readyMs: performance.now() - startedAt };
  }

  /** A person apart from the traffic, with one open session that nobody ends. */
  async newBystander(): Promise<{ person: Person; session: KnownSession }> {
    const person = this.ledger.newPerson();
    const error = await this.goodClient.signUp(person);
    const [session] = person.sessions;
    if (session === undefined) throw new Error(`An undisturbed signup failed: ${error}`);
    return { person, session };
  }

  /** Enough of them to log in all the time without being taken for somebody who guesses. */
  async newBystanders(count: number): Promise<Bystanders> {
    const { person, session } = await this.newBystander();
    const identifiers = [person.email];
    while (identifiers.length < count) identifiers.push((await this.newBystander()).person.email);
    return { identifiers, accessToken: session.accessToken };
  }

  /** What was done since the last fault, and some of what is older, held against the server. */
  async auditRecent(olderPeople = 5): Promise<void> {
    const { people } = this.ledger;
    const older = Array.from(
      { length: olderPeople },
      () => people[Math.floor(Math.random() * people.length)],
    );
    const chosen = [...this.ledger.takeTouched(), ...older].filter((person) => person !== undefined);
    await audit(this.goodClient, [...new Set(chosen)]);
  }

  async auditAll(): Promise<void> {
    await audit(this.goodClient, this.ledger.people);
  }

  async #end(): Promise<void> {
    for (const server of this.#servers) server.kill("SIGKILL");
    await Promise.all(this.#servers.map(({ exit }) => exit));
  }
}
