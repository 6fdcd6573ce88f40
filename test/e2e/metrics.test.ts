import { eventually } from "../support/eventually.js";
import { holdHashes } from "../support/held-hashes.js";
import { LOGIN, loggedIn, newEmail, PASSWORD, refresh, SIGNUP, signedUp } from "../support/journeys.js";
import { startWithMailbox } from "../support/mail-journeys.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

describe("/metrics", () => {
  const read = async (app: TestApp) => (await fetch(`${app.url}/metrics`)).text();

  /** The value of one line of the text format; undefined where there is none. */
  const readValue = (text: string, series: string): number | undefined => {
    const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };

  /** Requests are counted when their answers have left. */
  const awaitValue = (app: TestApp, series: string, value: number) =>
    eventually(async () => (readValue(await read(app), series) === value ? value : undefined));

  test("is there where METRICS says so, and nowhere else", async () => {
    const without = await TestApp.start();
    expect((await fetch(`${without.url}/metrics`)).status).toBe(404);
    const app = await TestApp.start({ METRICS: "true" });
    const response = await fetch(`${app.url}/metrics`);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
  });

  test("counts operations and times them, by outcome", async () => {
    const app = await TestApp.start({ METRICS: "true" });
    const { email } = await signedUp(app);
    await loggedIn(app, email);
    for (let i = 0; i < 3; i++) {
      await app.graphql(LOGIN, { variables: { input: { identifier: email, password: "a wrong password" } } });
    }
    await app.graphql("{ me { id } }");
    const durations = "latchkey_operation_duration_seconds";
    const text = await eventually(async () => {
      const now = await read(app);
      return readValue(now, `${durations}_count{operation="me",outcome="UNAUTHENTICATED"}`) === 1
        ? now
        : undefined;
    });
    expect(readValue(text, `${durations}_count{operation="signup",outcome="OK"}`)).toBe(1);
    expect(readValue(text, `${durations}_count{operation="login",outcome="OK"}`)).toBe(1);
    expect(readValue(text, `${durations}_count{operation="login",outcome="INVALID_CREDENTIALS"}`)).toBe(3);
    const seconds = readValue(text, `${durations}_sum{operation="login",outcome="INVALID_CREDENTIALS"}`) ?? 0;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(10);
  });

  test("counts requests that were refused before any operation ran, under names that no client can choose", async () => {
    const app = await TestApp.start({ METRICS: "true" });
    await app.graphql("query MadeUpName { nothing }");
    await fetch(`${app.url}/made/up/path`);
    await app.graphql("query MadeUpName { madeUpAlias: __typename }");
    const refused =
      'latchkey_requests_total{route="/graphql",status="400",outcome="GRAPHQL_VALIDATION_FAILED"}';
    await awaitValue(app, refused, 1);
    await awaitValue(app, 'latchkey_requests_total{route="unknown",status="404",outcome="BAD_REQUEST"}', 1);
    await awaitValue(app, 'latchkey_requests_total{route="/graphql",status="200",outcome="OK"}', 1);
    expect(await read(app)).not.toMatch(/made.?up/i);
  });

  test("shows the hash pool at work and what it sheds", async () => {
    const app = await TestApp.start({ METRICS: "true", HASH_CONCURRENCY: "1", HASH_QUEUE: "2" });
    const hashes = holdHashes();
    const signups = Array.from({ length: 8 }, () =>
      app.graphql(SIGNUP, { variables: { input: { email: newEmail(), password: PASSWORD } } }),
    );
    await eventually(async () => {
      const text = await read(app);
      const [running, waiting] = ["running", "waiting"].map((state) =>
        readValue(text, `latchkey_password_hashes{state="${state}"}`),
      );
      const shed = readValue(text, "latchkey_password_hashes_shed_total");
      return running === 1 && waiting === 2 && shed === 5 ? true : undefined;
    });
    hashes.release();
    const answers = await Promise.all(signups);
    const shed = answers.filter(({ body }) => body.errors?.[0]?.extensions.code === "SERVICE_UNAVAILABLE");
    expect(shed).toHaveLength(5);
    const unavailable =
      'latchkey_operation_duration_seconds_count{operation="signup",outcome="SERVICE_UNAVAILABLE"}';
    await awaitValue(app, unavailable, 5);
  });

  test("18: counts spent refresh tokens that came back", async () => {
    const app = await TestApp.start({ METRICS: "true" });
    const { refreshToken } = await signedUp(app);
    const { refreshToken: next } = await refresh(app, refreshToken);
    await refresh(app, refreshToken);
    expect(readValue(await read(app), "latchkey_refresh_tokens_reused_total")).toBe(0);
    await refresh(app, next);
    await refresh(app, refreshToken);
    expect(readValue(await read(app), "latchkey_refresh_tokens_reused_total")).toBe(1);
  });

  test("54: counts mails that were sent, tries that failed, and mails that were given up", async () => {
    const without = await TestApp.start({ METRICS: "true" });
    const { app, mailbox } = await startWithMailbox({ METRICS: "true" });
    const countsOf = async (which: TestApp) => {
      const text = await read(which);
      return ["sent", "failed", "given_up"].map((outcome) =>
        readValue(text, `latchkey_mails_total{outcome="${outcome}"}`),
      );
    };
    const awaitCounts = (...counts: number[]) =>
      eventually(async () => (`${await countsOf(app)}` === `${counts}` ? true : undefined));
    expect(await countsOf(without)).toEqual([0, 0, 0]);
    await awaitCounts(0, 0, 0);
    await signedUp(app);
    await awaitCounts(1, 0, 0);
    mailbox.misbehave("FAIL_FOR_NOW");
    await signedUp(app);
    await awaitCounts(1, 1, 0);
    mailbox.misbehave("REFUSE_RECIPIENT");
    await signedUp(app);
    await awaitCounts(1, 1, 1);
    mailbox.misbehave(null);
    app.advanceSeconds(10);
    await awaitCounts(2, 1, 1);
  });

  test("shows the connections of the pool, where there is one", async () => {
    const app = await TestApp.start({ METRICS: "true" });
    await signedUp(app);
    const text = await read(app);
    const names = ['connections{state="active"}', 'connections{state="idle"}', "waiting"];
    const values = names.map((name) => readValue(text, `latchkey_database_${name}`));
    expect(values).toEqual(isPostgresql ? [0, expect.any(Number), 0] : [undefined, undefined, undefined]);
    if (!isPostgresql) return;
    expect(values[1]).toBeGreaterThan(0);
    const small = await TestApp.start({ METRICS: "true", DATABASE_POOL_SIZE: "2" });
    const atWork = Promise.all(Array.from({ length: 5 }, () => small.execute("select pg_sleep(1)")));
    await eventually(async () => {
      const now = await read(small);
      const active = readValue(now, 'latchkey_database_connections{state="active"}');
      return active === 2 && readValue(now, "latchkey_database_waiting") === 3 ? true : undefined;
    });
    await atWork;
  });
});
