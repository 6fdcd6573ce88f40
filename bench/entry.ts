import { statSync } from "node:fs";
import { createDatabase } from "../test/faults/databases.js";
import type { DatabaseKind } from "../test/faults/program.js";
import type { Scope } from "../test/faults/scope.js";
import { askPostgresql } from "../test/support/postgresql.js";
import type {
  Candidate,
  ClientRequest,
  Credentials,
  Protocol,
  ServerCommand,
} from "./candidates/candidate.js";
import type { CoreShare, Cores } from "./cores.js";
import { exchange } from "./exchange.js";
import { BenchServer } from "./server.js";

const ACCOUNTS = 100;
const AT_ONCE = 4;

/** Somebody who is logged in. */
export interface Account {
  readonly email: string;
  readonly credentials: Credentials;
}

export interface Surroundings {
  readonly kind: DatabaseKind;
  readonly users: number;
  readonly cores: Cores;
  readonly scope: Scope;
}

/** A candidate over a populated database of its own, with a server that one scenario after another asks. */
export class Entry {
  /** Whether the server has been under load: another scenario needs but little to warm it up. */
  isWarm = false;
  #server: BenchServer | undefined;
  #share: CoreShare | undefined;
  #readers: Promise<readonly Account[]> | undefined;
  #comers: Promise<readonly Account[]> | undefined;
  #signups = 0;

  private constructor(
    readonly candidate: Candidate,
    readonly command: ServerCommand,
    /** As it is before the first request, in millions of bytes. */
    readonly databaseMb: number,
    private readonly surroundings: Surroundings,
  ) {}

  static async prepare(candidate: Candidate, surroundings: Surroundings): Promise<Entry> {
    const { kind, users, scope } = surroundings;
    const { url: databaseUrl } = await createDatabase(kind, scope);
    const command = await candidate.prepare({ kind, databaseUrl, users });
    const entry = new Entry(candidate, command, await measureDatabase(databaseUrl), surroundings);
    scope.defer(() => entry.stop());
    return entry;
  }

  get name(): string {
    return this.candidate.name;
  }

  get protocol(): Protocol {
    return this.candidate.protocol;
  }

  /** The server on so many cores: another one where it has others, or has ended by itself. */
  async server(share: CoreShare): Promise<{ readonly url: string; readonly pid: number }> {
    if (this.#server === undefined || this.#server.hasEnded || this.#share !== share) {
      await this.stop();
      this.#server = this.start(share);
      this.isWarm = false;
      this.#share = share;
    }
    return { url: await this.#server.url, pid: this.#server.pid };
  }

  /** Whether the load generator's core is nobody else's: PostgreSQL's processes run on all. */
  leavesCoreFree(share: CoreShare): boolean {
    const { kind, cores } = this.surroundings;
    return kind === "sqlite" && share === "one" && cores.canPin;
  }

  /** @throws with the server's last words when it has ended by itself */
  checkServer(): void {
    this.#server?.checkAlive();
  }

  /** A server of its own, which whoever starts it stops. */
  start(share: CoreShare): BenchServer {
    return new BenchServer(this.command, this.surroundings.cores, share);
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** People whose sessions nothing ends: to look with. */
  readers(): Promise<readonly Account[]> {
    this.#readers ??= this.#signUpAll("reader");
    return this.#readers;
  }

  /** People to log in with, as often as one likes: where sessions are limited in number, others of theirs end. */
  comers(): Promise<readonly Account[]> {
    this.#comers ??= this.#signUpAll("comer");
    return this.#comers;
  }

  /** Sessions that nobody has used, of people to log in with. */
  async newSessions(count: number): Promise<readonly Credentials[]> {
    const comers = await this.comers();
    const requests = Array.from({ length: count }, (_, i) => this.protocol.login(pick(comers, i).email));
    return this.#letIn(requests);
  }

  /** An address that nobody has signed up with. */
  newEmail(): string {
    this.#signups += 1;
    return `bench-${this.#signups}@example.com`;
  }

  async #signUpAll(role: string): Promise<readonly Account[]> {
    const emails = Array.from({ length: ACCOUNTS }, (_, i) => `bench-${role}-${i}@example.com`);
    const sessions = await this.#letIn(emails.map((email) => this.protocol.signup(email)));
    return emails.map((email, i) => ({ email, credentials: pick(sessions, i) }));
  }

  async #letIn(requests: readonly ClientRequest[]): Promise<readonly Credentials[]> {
    const { url } = await this.server(this.#share ?? "all");
    const sessions: Credentials[] = [];
    for (let start = 0; start < requests.length; start += AT_ONCE) {
      const answers = requests.slice(start, start + AT_ONCE).map((request) => exchange(url, request));
      sessions.push(...(await Promise.all(answers)).map((answer) => this.protocol.readCredentials(answer)));
    }
    return sessions;
  }
}

/** The i-th, from the beginning again after the last. */
export function pick<Item>(items: readonly Item[], i: number): Item {
  const item = items[i % items.length];
  if (item === undefined) throw new Error("There is none to pick from");
  return item;
}

/** In millions of bytes; that of SQLite with what its log still holds. */
async function measureDatabase(url: string): Promise<number> {
  if (url.startsWith("sqlite:")) {
    const file = url.slice("sqlite:".length);
    const parts = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return parts.reduce((sum, size) => sum + size, 0) / 1e6;
  }
  const [row] = await askPostgresql(url, "select pg_database_size(current_database()) as bytes");
  return Number(row?.bytes) / 1e6;
}
