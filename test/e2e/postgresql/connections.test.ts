import { setTimeout as delay } from "node:timers/promises";
import { jest } from "@jest/globals";
import pg from "pg";
import { inTransaction } from "../../../src/context.js";
import { PostgresqlClient } from "../../../src/database/postgresql-client.js";
import type { TransactionalConnection } from "../../../src/database/transaction.js";
import { newId } from "../../../src/lib/uuid.js";
import { Session } from "../../../src/modules/session/session.entity.js";
import { User } from "../../../src/modules/user/user.entity.js";
import { errorOf, login, ME, newEmail, REFRESH, signedUp, signup, stateOf } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";
import { askPostgresql, postgresqlServerUrl } from "../../support/test-database.js";

const CLIENT = { ipAddress: null, userAgent: null };

const databaseNameOf = ({ database }: TestApp): string => new URL(database.url).pathname.slice(1);

/** Beside the database that the server uses. */
const askServer = (sql: string) => askPostgresql(postgresqlServerUrl(), sql);

describe("PostgreSQL", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const setName = (id: string, name: string) => app.orm.em.fork().nativeUpdate(User, { id }, { name });
  const nameOf = async (id: string) => (await app.orm.em.fork().findOneOrFail(User, { id })).name;
  const terminateAll = (of: TestApp) =>
    askServer(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey' and datname = '${databaseNameOf(of)}'`,
    );

  /** Does something to the next statement of this text that the server sends. */
  function atNext(
    text: string,
    meddle: (client: pg.Client, send: () => Promise<unknown>) => Promise<unknown>,
  ): void {
    const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
    let isDone = false;
    jest.spyOn(pg.Client.prototype, "query").mockImplementation(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const send = () => query.apply(this, args);
      if (args[0] !== text || isDone) return send();
      isDone = true;
      return meddle(this, send);
    } as typeof pg.Client.prototype.query);
  }

  async function cut(client: pg.Client): Promise<never> {
    client.connection.stream.destroy();
    throw new Error("Connection terminated unexpectedly");
  }

  test("50: an answer to COMMIT that is lost is read back: what was committed is acknowledged, and done once", async () => {
    const email = newEmail();
    atNext("commit", async (client, commit) => {
      await commit();
      return cut(client);
    });
    const answer = await signup(app, { email });
    expect(answer).toMatchObject({ __typename: "AuthPayload", user: { email } });
    expect(await app.orm.em.fork().count(Session, { user: answer.user.id })).toBe(1);
    expect(await stateOf(app, answer.accessToken)).toBe("alive");
  });

  test("51: a COMMIT that never arrived is found to be undone, and the transaction is made again", async () => {
    const email = newEmail();
    atNext("commit", cut);
    const answer = await signup(app, { email });
    expect(answer).toMatchObject({ __typename: "AuthPayload", user: { email } });
    expect(await app.orm.em.fork().count(Session, { user: answer.user.id })).toBe(1);
  });

  test("51: an outcome that was read back stays true, and is not told while the COMMIT may still come", async () => {
    const connection = app.orm.em.getConnection() as unknown as TransactionalConnection;
    const other = new pg.Client({ connectionString: app.database.url });
    await other.connect();
    const leaveMark = (id: string) => other.query("insert into transaction_marks values ($1, false)", [id]);
    try {
      const [committed, aborted] = [newId(), newId()];
      await leaveMark(committed);
      await other.query("begin");
      await leaveMark(aborted);
      await expect(connection.readOutcome(aborted)).rejects.toThrow("lock timeout");
      await other.query("rollback");
      for (let i = 0; i < 2; i++) {
        expect(await connection.readOutcome(aborted)).toBe("aborted");
        expect(await connection.readOutcome(committed)).toBe("committed");
      }
      await expect(leaveMark(aborted)).rejects.toThrow("duplicate key");
    } finally {
      await other.end();
    }
  });

  test("51: a BEGIN that fails gives its connection back to the pool", async () => {
    for (let round = 0; round < 8; round++) {
      atNext("begin", cut);
      expect((await signup(app)).__typename).toBe("AuthPayload");
      jest.restoreAllMocks();
    }
  });

  test("51: deadlocks and serialisation failures are retried", async () => {
    const [a, b] = [await signedUp(app), await signedUp(app)];
    const bothHoldOne = Promise.withResolvers<void>();
    let holders = 0;
    const renameBoth = (first: string, second: string, name: string) =>
      inTransaction({ em: app.orm.em.fork(), client: CLIENT }, async (tx) => {
        await tx.em.nativeUpdate(User, { id: first }, { name });
        holders += 1;
        if (holders === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await tx.em.nativeUpdate(User, { id: second }, { name });
        return name;
      });
    const done = await Promise.all([
      renameBoth(a.userId, b.userId, "one"),
      renameBoth(b.userId, a.userId, "two"),
    ]);
    expect(done).toEqual(["one", "two"]);
    expect(holders).toBe(3);
    expect(await nameOf(a.userId)).toBe(await nameOf(b.userId));
  });

  test("51: but not for ever, and nothing else is retried", async () => {
    const fail = async (code: string) => {
      let attempts = 0;
      const work = async () => {
        attempts += 1;
        throw Object.assign(new Error(code), { code });
      };
      await expect(inTransaction({ em: app.orm.em.fork(), client: CLIENT }, work)).rejects.toThrow(code);
      return attempts;
    };
    expect(await fail("40001")).toBe(5);
    expect(await fail("40P01")).toBe(5);
    expect(await fail("23505")).toBe(1);
    expect(await fail("55P03")).toBe(1);
  });

  test("51: connections that were cut, idle or in the middle of a transaction, shrink the pool by none", async () => {
    const { accessToken, userId } = await signedUp(app);
    for (let round = 0; round < 8; round++) {
      await inTransaction({ em: app.orm.em.fork(), client: CLIENT }, async (tx) => {
        await tx.em.nativeUpdate(User, { id: userId }, { name: `round ${round}` });
        if (round % 2 === 0) await terminateAll(app);
      }).catch(() => {});
      await terminateAll(app);
      await signup(app).catch(() => {});
    }
    // More at once than the pool has connections: each must still be there.
    const states = await Promise.all(Array.from({ length: 20 }, () => stateOf(app, accessToken)));
    expect(states).toEqual(states.map(() => "alive"));
    await Promise.all(Array.from({ length: 8 }, (_, i) => setName(userId, `name ${i}`)));
    expect((await signup(app)).__typename).toBe("AuthPayload");
  });

  test("51: a row that somebody keeps locked is waited for a few seconds, then SERVICE_UNAVAILABLE", async () => {
    const account = await signedUp(app);
    const other = new pg.Client({ connectionString: app.database.url });
    await other.connect();
    try {
      await other.query("begin");
      await other.query("select 1 from sessions where id = $1 for update", [account.sessionId]);
      const askedAt = performance.now();
      const answer = await app.graphql(REFRESH, { variables: { token: account.refreshToken } });
      expect(errorOf(answer)).toEqual({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
      expect(performance.now() - askedAt).toBeLessThan(6000);
      expect(await stateOf(app, account.accessToken)).toBe("alive");
    } finally {
      await other.end();
    }
    const { body } = await app.graphql(REFRESH, { variables: { token: account.refreshToken } });
    expect(body.data.refreshTokens.__typename).toBe("AuthPayload");
  });

  test("51: a database that takes no writes makes the server not ready, and heals by itself", async () => {
    const demoted = await TestApp.start();
    const { email, accessToken } = await signedUp(demoted);
    const isReady = async () => (await fetch(`${demoted.url}/ready`)).status;
    const database = databaseNameOf(demoted);
    const turn = async (readOnly: "on" | "off") => {
      await askServer(`alter database ${database} set default_transaction_read_only = ${readOnly}`);
      await terminateAll(demoted);
      await delay(100);
    };
    expect(await isReady()).toBe(200);
    await turn("on");
    expect(await isReady()).toBe(503);
    expect(await stateOf(demoted, accessToken)).toBe("alive");
    const query = `mutation { login(input: { identifier: "${email}", password: "wrong" }) { __typename } }`;
    expect(errorOf(await demoted.graphql(query))?.code).toBe("SERVICE_UNAVAILABLE");
    await turn("off");
    expect(await isReady()).toBe(200);
    expect((await login(demoted, email)).__typename).toBe("AuthPayload");
  });

  test("51: a database that cannot be reached stops the start in one line, with no password in it", async () => {
    const start = TestApp.start({ DATABASE_URL: "postgresql://user:pass-word@127.0.0.1:1/none" });
    await expect(start).rejects.toThrow(
      "The database of DATABASE_URL cannot be reached: connect ECONNREFUSED",
    );
    await expect(start).rejects.not.toThrow("pass-word");
    const wrong = new URL(app.database.url);
    wrong.pathname = "/latchkey_is_not_there";
    await expect(TestApp.start({ DATABASE_URL: wrong.href })).rejects.toThrow("cannot be reached");
  });

  test("51: a connection whose statement stays unanswered is given up, also in the middle of a transaction", async () => {
    const client = new PostgresqlClient({ connectionString: app.database.url, query_timeout: 100 });
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    client.on("error", () => {});
    await client.connect();
    await client.query("begin");
    await expect(client.query("select pg_sleep(30)")).rejects.toThrow("Query read timeout");
    await ended;
    await expect(client.query("rollback")).rejects.toThrow("not queryable");
  });

  test("me is one round trip", async () => {
    const { accessToken } = await signedUp(app);
    app.statements.length = 0;
    await app.graphql(ME, { token: accessToken });
    expect(app.statements).toHaveLength(1);
  });
});
