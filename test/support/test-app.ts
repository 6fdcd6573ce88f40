import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import type { MikroORM } from "@mikro-orm/sqlite";
import { type App, createApp, type Surroundings } from "../../src/app.js";
import { type Config, loadConfig } from "../../src/config/config.js";
import type { Environment } from "../../src/config/environment-reader.js";
import { createLogger } from "../../src/infra/logger.js";
import { SmtpTransport } from "../../src/infra/smtp-transport.js";
import type { MailTransport } from "../../src/lib/mail-transport.js";
import { SecretWatch } from "./secret-watch.js";
import { createTestDatabase, type ForeignRow, type TestDatabase } from "./test-database.js";

/** All tests come from one address. */
const ROOM_FOR_ALL = { SIGNUPS_PER_IP: "100000", LOGIN_ATTEMPTS_PER_IP: "100000" };

/** Cheap enough for hundreds of logins; the tests of hashing itself ask for the real cost. */
const CHEAP_HASHES = { ARGON2_MEMORY_KIB: "64", ARGON2_ITERATIONS: "1" };

/** Most tests are not about mail: it stays in the outbox. Those that are have a mailbox at SMTP_URL. */
const NOBODY: MailTransport = {
  send: () => Promise.reject(new Error("No mail is sent without SMTP_URL")),
  close: () => {},
};

type TestSurroundings = Partial<Pick<Surroundings, "connectionLimits" | "mailTransport" | "resealSeconds">>;

const running = new Set<TestApp>();
const started: TestApp[] = [];
const databases = new Set<TestDatabase>();

// A test file need not close what it started, also when a test fails half-way.
afterAll(async () => {
  await Promise.all([...running].map((app) => app.close()));
  await Promise.all([...databases].map((database) => database.drop()));
});

// Statement 47, for whatever a test file does.
afterAll(() => {
  // Emptied, as a worker keeps the modules of all its test files.
  expect(started.splice(0).flatMap((app) => secrets.findIn(app.logLines))).toEqual([]);
});

const secrets = new SecretWatch();

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    readonly data?: any;
    readonly errors?: readonly {
      readonly message: string;
      readonly path?: readonly string[];
      readonly extensions: Readonly<Record<string, unknown>>;
    }[];
  };
}

export interface RequestOptions {
  /** Which one to run, of a document with several. */
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The real app on a real port over a real database; only the clock is moved. */
export class TestApp {
  url = "";
  #app: App | undefined;
  #clockOffsetMs = 0;
  #stoppedAt: number | undefined;
  readonly statements: string[] = [];
  readonly logLines: string[] = [];

  private constructor(
    readonly config: Config,
    readonly secret: string,
    readonly database: TestDatabase,
  ) {}

  static async start(environment: Environment = {}, surroundings?: TestSurroundings): Promise<TestApp> {
    return TestApp.#startOver(await ownDatabase({ durable: false }), environment, surroundings);
  }

  /** Over a database that other connections see and another start finds again. */
  static async startDurable(
    environment: Environment = {},
    surroundings?: TestSurroundings,
  ): Promise<TestApp> {
    return TestApp.#startOver(await ownDatabase({ durable: true }), environment, surroundings);
  }

  /** Another instance over the same database with the same secret: a restart, or one beside this one. */
  startAnother(environment: Environment = {}, surroundings?: TestSurroundings): Promise<TestApp> {
    const sameSecret = { AUTH_SECRET: this.secret, ...environment };
    return TestApp.#startOver(this.database, sameSecret, surroundings);
  }

  static async #startOver(
    database: TestDatabase,
    environment: Environment,
    surroundings: TestSurroundings = {},
  ): Promise<TestApp> {
    const secret = environment.AUTH_SECRET ?? randomBytes(32).toString("base64url");
    const config = loadConfig({
      NODE_ENV: "test",
      PORT: "0",
      PUBLIC_URL: "http://latchkey.test",
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: "5",
      HASH_CONCURRENCY: "2",
      AUTH_SECRET: secret,
      ...CHEAP_HASHES,
      ...ROOM_FOR_ALL,
      ...environment,
    });
    const { smtpUrl, mailFrom } = config;
    const transport = smtpUrl === undefined ? NOBODY : new SmtpTransport({ smtpUrl, mailFrom });
    const surrounded = { mailTransport: transport, ...surroundings };
    const testApp = new TestApp(config, secret, database);
    const app = await createApp(config, {
      logger: createLogger({ logLevel: "info" }, testApp.#logDestination()),
      clock: () => testApp.now,
      authSecret: secret,
      onStatement: (sql) => testApp.statements.push(sql),
      outboxSeconds: surrounded.mailTransport === NOBODY ? 86_400 : 0.02,
      ...surrounded,
    });
    testApp.#app = app;
    testApp.url = await app.http.listen({ host: "127.0.0.1", port: 0 });
    running.add(testApp);
    started.push(testApp);
    secrets.see(`secret: "${secret}"`);
    return testApp;
  }

  /** As the server holds it. */
  get databaseConnection(): App["database"] {
    if (this.#app === undefined) throw new Error("The app was not started");
    return this.#app.database;
  }

  /** What both kinds have in common is all that tests use. */
  get orm(): MikroORM {
    return this.databaseConnection.orm as MikroORM;
  }

  /** Runs SQL as it stands on the server's own connections. */
  execute(sql: string): Promise<readonly ForeignRow[]> {
    return this.orm.em.getConnection().execute(sql);
  }

  get now(): number {
    return (this.#stoppedAt ?? Date.now()) + this.#clockOffsetMs;
  }

  /** For what is about single seconds: from now on time passes by `advanceSeconds` only. */
  stopClock(): void {
    this.#stoppedAt ??= Date.now();
  }

  advanceSeconds(seconds: number): void {
    this.#clockOffsetMs += seconds * 1000;
  }

  async graphql(
    query: string,
    { operationName, variables, token, headers }: RequestOptions = {},
  ): Promise<GraphqlAnswer> {
    const response = await this.post(JSON.stringify({ query, operationName, variables }), {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    });
    secrets.seeVariables(variables);
    const body = (await response.json()) as GraphqlAnswer["body"];
    return { status: response.status, headers: response.headers, body };
  }

  async post(
    body: string,
    headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
  ): Promise<Response> {
    secrets.see(body + JSON.stringify(headers));
    const response = await fetch(`${this.url}/graphql`, { method: "POST", headers, body });
    secrets.see(`${await response.clone().text()} ${response.headers.get("set-cookie")}`);
    return response;
  }

  async close(): Promise<void> {
    running.delete(this);
    await this.#app?.close();
  }

  #logDestination(): Writable {
    const { logLines } = this;
    return new Writable({
      write(chunk, _encoding, done) {
        logLines.push(String(chunk));
        done();
      },
    });
  }
}

async function ownDatabase(options: { readonly durable: boolean }): Promise<TestDatabase> {
  const database = await createTestDatabase({ ...options, mayBeMigrated: true });
  databases.add(database);
  return database;
}
