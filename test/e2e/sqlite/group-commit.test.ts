import { jest } from "@jest/globals";
import type { Database as SqliteClient, Statement } from "better-sqlite3";
import { inTransaction, type TransactionContext } from "../../../src/context.js";
import { Statement as HotStatement, runStatement } from "../../../src/lib/statement.js";
import { errorOf, newEmail, PASSWORD, SIGNUP, signedUp, stateOf } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

const CLIENT = { ipAddress: null, userAgent: null };
const RENAME = new HotStatement("rename", "update users set name = ? where id = ?");
const BREAK_OFF = new HotStatement("break-off", "rollback");

describe("transactions that come together on SQLite", () => {
  let app: TestApp;
  let ids: string[];

  beforeAll(async () => {
    app = await TestApp.startDurable();
    ids = [];
    for (let i = 0; i < 5; i++) ids.push((await signedUp(app)).userId);
  });

  const transact = <Result>(work: (tx: TransactionContext) => Promise<Result>) =>
    inTransaction({ em: app.orm.em.fork(), client: CLIENT }, work);
  const rename = (id: string, name: string) => transact(({ em }) => runStatement(em, RENAME, [name, id]));
  /** Through a connection of its own, so that only what was committed is seen. */
  const nameOf = async (id: string) =>
    (await app.database.ask("select name from users where id = ?", id))[0]?.name;
  const namesOf = () => Promise.all(ids.map(nameOf));
  const countCommits = () => app.statements.filter((sql) => sql.toLowerCase() === "commit").length;

  test("48: share one commit, and none is answered before it", async () => {
    const before = countCommits();
    const renames = ids.map(async (id, i) => {
      // One after another, in the same turn of the event loop.
      for (let microtask = 0; microtask < 100 * i; microtask++) await null;
      await rename(id, "together");
      return nameOf(id);
    });
    const seen = await Promise.all(renames);
    expect(seen).toEqual(ids.map(() => "together"));
    expect(countCommits()).toBe(before + 1);
  });

  test("48: so do statements outside of transactions", async () => {
    const before = countCommits();
    const alone = (id: string) => runStatement(app.orm.em.fork(), RENAME, ["one by one", id]);
    const seen = await Promise.all(ids.map((id) => alone(id).then(() => nameOf(id))));
    expect(seen).toEqual(ids.map(() => "one by one"));
    expect(countCommits()).toBe(before + 1);
  });

  test("50: one that fails is undone alone", async () => {
    const outcomes = await Promise.allSettled(
      ids.map((id, i) =>
        transact(async ({ em }) => {
          await runStatement(em, RENAME, ["alone", id]);
          if (i % 2 === 1) throw new Error("refused");
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      ids.map((_, i) => (i % 2 === 1 ? "rejected" : "fulfilled")),
    );
    expect(await namesOf()).toEqual(ids.map((_, i) => (i % 2 === 1 ? "one by one" : "alone")));
  });

  test("50: what SQLite breaks off is acknowledged to nobody, and the next ones go on", async () => {
    const names = await namesOf();
    const lost = ids.map((id, i) =>
      transact(async ({ em }) => {
        await runStatement(em, RENAME, ["lost", id]);
        // As SQLite does by itself on a full disk.
        if (i === 2) await runStatement(em, BREAK_OFF, []);
        if (i === 2) throw new Error("database or disk is full");
      }),
    );
    const outcomes = await Promise.allSettled(lost);
    const full = { status: "rejected", reason: { message: "database or disk is full" } };
    expect(outcomes).toMatchObject(ids.map(() => full));
    expect(await namesOf()).toEqual(names);
    await rename(ids[0] as string, "found");
    expect(await nameOf(ids[0] as string)).toBe("found");
  });

  test("50: a commit that fails is acknowledged to nobody, and is SERVICE_UNAVAILABLE", async () => {
    const account = await signedUp(app);
    const client = (await app.orm.em.getConnection().getNativeClient()) as SqliteClient;
    const statement: Statement<[]> = Object.getPrototypeOf(client.prepare("commit"));
    const run = statement.run;
    jest.spyOn(statement, "run").mockImplementation(function (this: Statement<[]>, ...values) {
      if (this.source !== "commit") return run.apply(this, values);
      throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    });
    const email = newEmail();
    const answer = await app.graphql(SIGNUP, { variables: { input: { email, password: PASSWORD } } });
    jest.restoreAllMocks();
    expect(errorOf(answer)).toEqual({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
    expect(client.inTransaction).toBe(false);
    expect(await app.database.ask("select id from users where email = ?", email)).toEqual([]);
    expect(await stateOf(app, account.accessToken)).toBe("alive");
  });
});
