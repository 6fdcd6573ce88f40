import { setTimeout as delay } from "node:timers/promises";
import { inTransaction } from "../../../src/context.js";
import { User } from "../../../src/modules/user/user.entity.js";
import { ForeignWriter } from "../../support/foreign-writer.js";
import {
  errorOf,
  login,
  newEmail,
  PASSWORD,
  refresh,
  SIGNUP,
  signedUp,
  signup,
  stateOf,
} from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

const CLIENT = { ipAddress: null, userAgent: null };

describe("SQLite", () => {
  let app: TestApp;
  let foreign: ForeignWriter;

  beforeAll(async () => {
    app = await TestApp.startDurable();
    foreign = await ForeignWriter.start(app.database.url.replace("sqlite:", ""));
  });
  afterAll(() => foreign.stop());

  test("48: syncs at every commit, checks foreign keys, lets readers go on beside a writer", async () => {
    const pragma = async (name: string) => Object.values((await app.execute(`pragma ${name}`))[0] ?? {})[0];
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("synchronous")).toBe(2);
    expect(await pragma("foreign_keys")).toBe(1);
  });

  test("51: while another process writes, me goes on, nothing is held up, and writes wait", async () => {
    const account = await signedUp(app);
    expect(await foreign.exec("begin immediate")).toBe("done");
    const writes = [refresh(app, account.refreshToken), login(app, account.email), signup(app)];
    const slowest = { ms: 0 };
    // By the clock: so many looks could take longer than writes wait.
    const lookUntil = performance.now() + 500;
    while (performance.now() < lookUntil) {
      const askedAt = performance.now();
      expect(await stateOf(app, account.accessToken)).toBe("alive");
      slowest.ms = Math.max(slowest.ms, performance.now() - askedAt);
      await delay(20);
    }
    expect(await Promise.race([...writes, delay(0, "still waiting")])).toBe("still waiting");
    expect(await foreign.exec("commit")).toBe("done");
    expect((await Promise.all(writes)).map(({ __typename }) => __typename)).toEqual(
      writes.map(() => "AuthPayload"),
    );
    // SQLite's own busy timeout would have stopped the process for its whole length.
    expect(slowest.ms).toBeLessThan(1000);
  });

  test("51: what has waited too long is SERVICE_UNAVAILABLE, and later all is well", async () => {
    const account = await signedUp(app);
    expect(await foreign.exec("begin immediate")).toBe("done");
    const variables = { input: { email: newEmail(), password: PASSWORD } };
    const [signedUpLate, me] = await Promise.all([
      app.graphql(SIGNUP, { variables }),
      stateOf(app, account.accessToken),
    ]);
    expect(errorOf(signedUpLate)).toEqual({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
    expect(me).toBe("alive");
    expect(await foreign.exec("rollback")).toBe("done");
    expect((await app.graphql(SIGNUP, { variables })).body.data.signup.__typename).toBe("AuthPayload");
  });

  test("a transaction that reads before it writes cannot lose its place to another process", async () => {
    const { userId } = await signedUp(app);
    await inTransaction({ em: app.orm.em.fork(), client: CLIENT }, async (tx) => {
      const user = await tx.em.findOneOrFail(User, { id: userId });
      expect(await foreign.exec("begin immediate")).toBe("database is locked");
      user.name = `${user.name} and more`;
    });
    expect((await app.orm.em.fork().findOneOrFail(User, { id: userId })).name).toBe("null and more");
  });

  test("51: a transaction that breaks down in whatever way leaves the one connection to the next", async () => {
    const inTx = (sql: string) =>
      inTransaction({ em: app.orm.em.fork(), client: CLIENT }, (tx) =>
        app.orm.em.getDriver().execute(sql, [], "run", tx.em.getTransactionContext()),
      );
    await expect(inTx("rollback")).rejects.toThrow();
    await expect(inTx("commit")).rejects.toThrow();
    await expect(inTx("no sql at all")).rejects.toThrow();
    expect((await signup(app)).__typename).toBe("AuthPayload");
  });
});
