import { newId } from "../../src/lib/uuid.js";
import type { SessionStore } from "../../src/modules/session/session.store.js";
import { PostgresqlSessionStore } from "../../src/modules/session/session.store.postgresql.js";
import { SqliteSessionStore } from "../../src/modules/session/session.store.sqlite.js";
import { type Account, errorOf, ME, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("requests side by side", () => {
  let app: TestApp;
  let people: Account[];

  beforeAll(async () => {
    app = await TestApp.start();
    people = await Promise.all(Array.from({ length: 30 }, () => signedUp(app)));
  });

  const storeOf = ({ databaseConnection }: TestApp): SessionStore =>
    databaseConnection.kind === "postgresql"
      ? new PostgresqlSessionStore(databaseConnection.orm.em.fork())
      : new SqliteSessionStore(databaseConnection.client, databaseConnection.orm.em.fork());

  const endSession = (sessionId: string) => app.execute(`delete from sessions where id = '${sessionId}'`);

  test("22, 23: each is answered as whoever sent it, or refused, whatever the others are", async () => {
    const ended = await Promise.all(people.map(() => signedUp(app)));
    for (const { sessionId } of ended) await endSession(sessionId);
    const askAs = ({ accessToken }: Account) => app.graphql(ME, { token: accessToken });
    for (let round = 0; round < 5; round++) {
      const pairs = people.map((alive, at) => Promise.all([askAs(ended[at] ?? alive), askAs(alive)]));
      for (const [at, [dead, living]] of (await Promise.all(pairs)).entries()) {
        expect(errorOf(dead)).toMatchObject({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
        expect(living.body).toEqual({ data: { me: { id: people[at]?.userId, email: people[at]?.email } } });
      }
    }
  });

  test("look for their sessions by one question, and each gets its own or none", async () => {
    const store = storeOf(app);
    const unknown = newId();
    const [first] = people;
    if (first === undefined) throw new Error("Nobody signed up");
    const wanted = [...people.map(({ sessionId }) => sessionId), unknown, first.sessionId];
    app.statements.length = 0;
    const found = await Promise.all(wanted.map((id) => store.findViewer(id)));
    expect(found.map((viewer) => viewer?.session.id)).toEqual(wanted.with(-2, undefined as never));
    expect(found.map((viewer) => viewer?.user.id)).toEqual([
      ...people.map(({ userId }) => userId),
      undefined,
      first.userId,
    ]);
    const sqlite = /^begin/i;
    const questions = app.statements.filter(
      (sql) => app.databaseConnection.kind === "postgresql" || sqlite.test(sql),
    );
    expect(questions).toHaveLength(1);
  });

  test("22: nobody is shown an answer of a moment ago", async () => {
    const store = storeOf(app);
    const { sessionId } = await signedUp(app);
    expect(await store.findViewer(sessionId)).not.toBeNull();
    await endSession(sessionId);
    expect(await store.findViewer(sessionId)).toBeNull();
  });

  test("are all told when the database fails, and go on when it is back", async () => {
    await app.execute("alter table sessions rename to gone");
    const failed = await Promise.all(
      people.map(({ accessToken }) => app.graphql(ME, { token: accessToken })),
    );
    await app.execute("alter table gone rename to sessions");
    for (const answer of failed) expect(errorOf(answer)?.code).toBe("INTERNAL_SERVER_ERROR");
    const answers = await Promise.all(
      people.map(({ accessToken }) => app.graphql(ME, { token: accessToken })),
    );
    expect(answers.map(({ body }) => body.data.me.id)).toEqual(people.map(({ userId }) => userId));
  });
});
