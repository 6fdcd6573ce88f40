import { jest } from "@jest/globals";
import pg from "pg";
import { inTransaction } from "../../../src/context.js";
import type { TransactionalConnection } from "../../../src/database/transaction.js";
import { newId } from "../../../src/lib/uuid.js";
import { Session } from "../../../src/modules/session/session.entity.js";
import { User } from "../../../src/modules/user/user.entity.js";
import { newEmail, signedUp, signup, stateOf } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

const CLIENT = { ipAddress: null, userAgent: null };

describe("transactions on PostgreSQL", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const nameOf = async (id: string) => (await app.orm.em.fork().findOneOrFail(User, { id })).name;
  /** Does something to the next statement beginning with this text that the server sends. */
  function atNext(
    text: string,
    meddle: (client: pg.Client, send: () => Promise<unknown>) => Promise<unknown>,
  ): { readonly wasMet: boolean } {
    const query = pg.Client.prototype.query as (...args: unknown[]) => Promise<unknown>;
    let isDone = false;
    jest.spyOn(pg.Client.prototype, "query").mockImplementation(function (
      this: pg.Client,
      ...args: unknown[]
    ) {
      const send = () => query.apply(this, args);
      if (isDone || typeof args[0] !== "string" || !args[0].startsWith(text)) return send();
      isDone = true;
      return meddle(this, send);
    } as typeof pg.Client.prototype.query);
    return {
      get wasMet() {
        return isDone;
      },
    };
  }

  async function cut(client: pg.Client): Promise<never> {
    client.connection.stream.destroy();
    throw new Error("Connection terminated unexpectedly");
  }

  test("50: an answer to COMMIT that is lost is read back: what was committed is acknowledged, and done once", async () => {
    const email = newEmail();
    const commit = atNext("commit", async (client, send) => {
      await send();
      return cut(client);
    });
    const answer = await signup(app, { email });
    expect(commit.wasMet).toBe(true);
    expect(answer).toMatchObject({ __typename: "AuthPayload", user: { email } });
    expect(await app.orm.em.fork().count(Session, { user: answer.user.id })).toBe(1);
    expect(await stateOf(app, answer.accessToken)).toBe("alive");
  });

  test("51: a COMMIT that never arrived is found to be undone, and the transaction is made again", async () => {
    const email = newEmail();
    const commit = atNext("commit", cut);
    const answer = await signup(app, { email });
    expect(commit.wasMet).toBe(true);
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
      const begin = atNext("begin", cut);
      expect((await signup(app)).__typename).toBe("AuthPayload");
      expect(begin.wasMet).toBe(true);
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
});
