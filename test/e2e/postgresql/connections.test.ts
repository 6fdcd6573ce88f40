import pg from "pg";
import { inTransaction } from "../../../src/context.js";
import { PostgresqlClient } from "../../../src/database/postgresql-client.js";
import { User } from "../../../src/modules/user/user.entity.js";
import { eventually } from "../../support/eventually.js";
import { errorOf, login, ME, REFRESH, signedUp, signup, stateOf } from "../../support/journeys.js";
import { askPostgresql, postgresqlServerUrl } from "../../support/postgresql.js";
import { TestApp } from "../../support/test-app.js";

const CLIENT = { ipAddress: null, userAgent: null };

const databaseNameOf = ({ database }: TestApp): string => new URL(database.url).pathname.slice(1);

/** Beside the database that the server uses. */
const askServer = (sql: string) => askPostgresql(postgresqlServerUrl(), sql);

describe("connections to PostgreSQL", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const setName = (id: string, name: string) => app.orm.em.fork().nativeUpdate(User, { id }, { name });
  const connectionsOf = (of: TestApp) =>
    `pg_stat_activity where application_name = 'latchkey' and datname = '${databaseNameOf(of)}'`;
  const terminateAll = (of: TestApp) =>
    askServer(`select pg_terminate_backend(pid) from ${connectionsOf(of)}`);
  /** Those there are end when their turn comes: until then an old one may still answer. */
  const replaceAll = async (of: TestApp) => {
    const old = (await askServer(`select pid from ${connectionsOf(of)}`)).map(({ pid }) => pid);
    await terminateAll(of);
    await eventually(async () => {
      const left = await askServer(`select pid from ${connectionsOf(of)}`);
      return left.some(({ pid }) => old.includes(pid)) ? undefined : true;
    });
  };

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
      await replaceAll(demoted);
    };
    const becomes = (status: number) =>
      eventually(async () => ((await isReady()) === status ? true : undefined));
    expect(await isReady()).toBe(200);
    await turn("on");
    await becomes(503);
    expect(await stateOf(demoted, accessToken)).toBe("alive");
    const query = `mutation { login(input: { identifier: "${email}", password: "wrong" }) { __typename } }`;
    expect(errorOf(await demoted.graphql(query))?.code).toBe("SERVICE_UNAVAILABLE");
    await turn("off");
    await becomes(200);
    expect((await login(demoted, email)).__typename).toBe("AuthPayload");
  });

  test("51: a database that cannot be reached stops the start in one line, with no password in it", async () => {
    const start = TestApp.start({ DATABASE_URL: "postgresql://user:pass-word@127.0.0.1:1/none" });
    await expect(start).rejects.toThrow(
      "The database of DATABASE_URL cannot be reached: connect ECONNREFUSED",
    );
    await expect(start).rejects.not.toThrow("pass-word");
    await expect(TestApp.start({ DATABASE_URL: "postgresql://user:%zz@127.0.0.1/none" })).rejects.toThrow(
      "cannot be reached",
    );
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

  test("51: whatever the database's own defaults, a migrated table under way included, requests are served", async () => {
    const odd = await TestApp.start();
    const account = await signedUp(odd);
    const database = databaseNameOf(odd);
    await askServer(`alter database ${database} set default_transaction_isolation = 'serializable'`);
    await askServer(`alter database ${database} set datestyle = 'German'`);
    await replaceAll(odd);
    const answers = await Promise.all(Array.from({ length: 20 }, () => signup(odd)));
    expect(answers.map(({ __typename }) => __typename)).toEqual(answers.map(() => "AuthPayload"));
    await Promise.all(Array.from({ length: 10 }, () => stateOf(odd, account.accessToken)));
    await odd.database.ask("alter table users alter column name type varchar(200)");
    const states = await Promise.all(Array.from({ length: 20 }, () => stateOf(odd, account.accessToken)));
    expect(states).toEqual(states.map(() => "alive"));
  });

  test("me is one round trip", async () => {
    const { accessToken } = await signedUp(app);
    app.statements.length = 0;
    await app.graphql(ME, { token: accessToken });
    expect(app.statements).toHaveLength(1);
  });
});
