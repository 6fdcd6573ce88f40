import { setTimeout as delay } from "node:timers/promises";
import { activeAdmins, administer, onlyAdmins } from "../support/administration.js";
import { type Account, errorOf, LOGIN, PASSWORD, signedUp } from "../support/journeys.js";
import { ask } from "../support/mail-journeys.js";
import type { GraphqlAnswer } from "../support/test-app.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

type Act = (app: TestApp, actor: Account, target: Account) => Promise<GraphqlAnswer>;

const update =
  (input: Readonly<Record<string, unknown>>): Act =>
  (app, { accessToken: token }, { userId: id }) =>
    administer(app, { token, id, input }, "updateUser");

const demote = update({ role: "USER" });
const disable = update({ status: "DISABLED" });
const remove: Act = (app, { accessToken: token }, { userId: id }) =>
  administer(app, { token, id }, "deleteUser");
const leave: Act = (app, { accessToken: token }) => ask(app, "deleteAccount", {}, { token });

/** What two do to each other, and each to themself. */
const DUELS = [demote, disable, remove].flatMap((act) => [
  [act, act],
  [act, leave],
]);

const ROUNDS = 50;

describe("administrators who remove each other at once", () => {
  let app: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    app = await TestApp.startDurable({ HASH_QUEUE: "500" });
    beside = await app.startAnother({ HASH_QUEUE: "500" });
  });

  /** By PostgreSQL's own count; SQLite lets one write at a time. */
  async function expectNoDeadlock(): Promise<void> {
    if (!isPostgresql) return;
    // Connections tell what they have seen once a second.
    await delay(1500);
    const sql = "select deadlocks from pg_stat_database where datname = current_database()";
    expect(await app.database.ask(sql)).toEqual([{ deadlocks: "0" }]);
  }

  const expectRefused = (answers: readonly GraphqlAnswer[]): void => {
    const codes = answers.map((answer) => errorOf(answer)?.code).filter((code) => code !== undefined);
    expect(codes.filter((code) => code !== "FORBIDDEN" && code !== "UNAUTHENTICATED")).toEqual([]);
  };

  test(`22: exactly one of two remains, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [one, two] = (await onlyAdmins(app, 2)) as [Account, Account];
      const [first, second] = DUELS[round % DUELS.length] as [Act, Act];
      const isAgainstEachOther = round % 4 < 2;
      const answers = await Promise.all([
        first(app, one, isAgainstEachOther ? two : one),
        second(beside, two, isAgainstEachOther && second !== leave ? one : two),
        // Whose session may be ended the moment that it has begun: then there is no result, but an error.
        app.graphql(LOGIN, { variables: { input: { identifier: two.email, password: PASSWORD } } }),
      ]);
      expect(await activeAdmins(app)).toHaveLength(1);
      expectRefused(answers.slice(0, 2));
    }
    await expectNoDeadlock();
  }, 120_000);

  test(`22: exactly one of three in a circle remains, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const circle = (await onlyAdmins(app, 3)) as [Account, Account, Account];
      const act = [demote, disable, remove][round % 3] as Act;
      const instances = [app, beside, app];
      const answers = await Promise.all(
        circle.map((actor, i) => act(instances[i] ?? app, actor, circle[(i + 1) % 3] ?? actor)),
      );
      expect(await activeAdmins(app)).toHaveLength(1);
      expectRefused(answers);
    }
    await expectNoDeadlock();
  }, 120_000);

  test(`with people who are made administrators and leave meanwhile, somebody remains, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      // Whose id is the smaller decides who is locked first.
      const early = await signedUp(app);
      const [one, two] = (await onlyAdmins(app, 2)) as [Account, Account];
      const answers = await Promise.all([
        update({ role: "ADMIN" })(beside, one, early),
        demote(app, two, two),
        remove(beside, one, early),
        leave(app, early, early),
        demote(beside, one, one),
        demote(app, early, two),
        disable(beside, early, one),
      ]);
      expect((await activeAdmins(app)).length).toBeGreaterThan(0);
      expectRefused(answers);
    }
    await expectNoDeadlock();
  }, 120_000);
});
