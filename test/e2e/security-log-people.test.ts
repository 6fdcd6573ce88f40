import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import { type Account, errorOf, login, newEmail, signedUp } from "../support/journeys.js";
import { addEvents, signedUpAdmin } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const EVENT = "id type occurredAt ipAddress userAgent device user { id } actor { id }";

describe("the people in the security log", () => {
  let app: TestApp;
  let admin: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await signedUpAdmin(app);
  });

  const read = async (query: string, { accessToken: token }: Account) => {
    const { body } = await app.graphql(query, { token });
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  const readMine = async (account: Account) =>
    (await read(`{ me { securityEvents { nodes { ${EVENT} } } } }`, account)).me.securityEvents.nodes;
  const readOf = async (userId: string, fields = EVENT) =>
    (await read(`{ securityEvents(filter: { userId: "${userId}" }) { nodes { ${fields} } } }`, admin))
      .securityEvents.nodes;

  test("a user sees what they did, and an administrator sees the same", async () => {
    const account = await signedUp(app);
    app.advanceSeconds(1);
    const now = app.now;
    await login(app, account.email, "a wrong password", { headers: { "user-agent": FIREFOX } });
    const mine = await readMine(account);
    expect(mine.map(({ type }: { type: string }) => type)).toEqual(["LOGIN_FAILED", "SIGNED_UP"]);
    expect(mine[0]).toMatchObject({
      ipAddress: "127.0.0.1",
      userAgent: FIREFOX,
      device: "Firefox on Linux",
      user: { id: account.userId },
      actor: null,
    });
    expect(Date.parse(mine[0].occurredAt) - now).toBeGreaterThanOrEqual(0);
    expect(Date.parse(mine[0].occurredAt) - now).toBeLessThan(5000);
    expect(await readOf(account.userId)).toEqual(mine);
  });

  test("44: a user sees nobody else's events, and none of all", async () => {
    const [mine, theirs] = [await signedUp(app), await signedUp(app)];
    const users = (await readMine(mine)).map(({ user }: { user: { id: string } }) => user.id);
    expect(new Set(users)).toEqual(new Set([mine.userId]));
    const filter = `filter: { userId: "${theirs.userId}" }`;
    for (const query of [
      "{ securityEvents { nodes { id } } }",
      `{ securityEvents(${filter}) { nodes { id } } }`,
    ]) {
      const answer = await app.graphql(query, { token: mine.accessToken });
      expect(errorOf(answer)).toEqual({ code: "FORBIDDEN" });
      expect(answer.body.data).toBeNull();
    }
  });

  test("a user sees that an administrator did it, but not from where; administrators see that, too", async () => {
    const account = await signedUp(app);
    const deed = { actorId: admin.userId, ipAddress: "198.51.100.7", userAgent: FIREFOX };
    await addEvents(app, [{ type: SecurityEventType.STATUS_CHANGED, userId: account.userId, ...deed }]);
    const shown = { type: "STATUS_CHANGED", user: { id: account.userId }, actor: { id: admin.userId } };
    const hidden = { ipAddress: null, userAgent: null, device: null };
    expect((await readMine(account))[0]).toMatchObject({ ...shown, ...hidden });
    const told = { ipAddress: "198.51.100.7", userAgent: FIREFOX, device: "Firefox on Linux" };
    expect((await readOf(account.userId))[0]).toMatchObject({ ...shown, ...told });
    const fields = `user { securityEvents(first: 1) { nodes { ${EVENT} } } }`;
    const [event] = await readOf(account.userId, fields);
    expect(event.user.securityEvents.nodes[0]).toMatchObject({ ...shown, ...told });
  });

  test("events outlive their user, who is null then; so is whoever there never was", async () => {
    const account = await signedUp(app);
    const token = account.accessToken;
    await addEvents(app, [{ userId: admin.userId, actorId: account.userId }]);
    expect((await app.graphql("mutation { deleteAccount }", { token })).body.data).toEqual({
      deleteAccount: true,
    });
    const left = await readOf(account.userId);
    expect(left.at(-1)).toMatchObject({ type: "SIGNED_UP", user: null });
    expect((await readOf(admin.userId))[0]).toMatchObject({ user: { id: admin.userId }, actor: null });
    await login(app, newEmail());
    const { securityEvents } = await read(`{ securityEvents(first: 1) { nodes { ${EVENT} } } }`, admin);
    expect(securityEvents.nodes).toMatchObject([{ type: "LOGIN_FAILED", user: null, actor: null }]);
  });

  test("one field of a mutation lists what the one before has added", async () => {
    const { email } = await signedUp(app);
    const payload = "... on AuthPayload { user { securityEvents { nodes { type } } } }";
    const { body } = await app.graphql(`mutation {
      login(input: { identifier: "${email}", password: "correct horse battery staple" }) { ${payload} }
      logout
    }`);
    expect(body.data.login.user.securityEvents.nodes).toEqual([{ type: "LOGGED_IN" }, { type: "SIGNED_UP" }]);
  });

  test("cost one statement for the events, one for the people and one for theirs, however many they are", async () => {
    const people: Account[] = [];
    while (people.length < 100) people.push(...(await Promise.all([signedUp(app), signedUp(app)])));
    await addEvents(
      app,
      people.map(({ userId }, i) => ({ userId, actorId: people[(i + 1) % 100]?.userId })),
    );
    const statements = async (first: number, below = "") => {
      app.statements.length = 0;
      const feed = "securityEvents(first: 3) { nodes { type } pageInfo { hasNextPage } }";
      const { securityEvents } = await read(
        `{ securityEvents(first: ${first}) { nodes { user { id ${feed} ${below} } actor { id role } } } }`,
        admin,
      );
      const ids = securityEvents.nodes.map(({ user }: { user: { id: string } }) => user.id);
      expect(new Set(ids).size).toBe(first);
      for (const { user } of securityEvents.nodes) {
        expect(user.securityEvents.nodes).toEqual([{ type: "LOGGED_IN" }, { type: "SIGNED_UP" }]);
      }
      return { count: app.statements.length, nodes: securityEvents.nodes };
    };
    for (const first of [1, 10, 100]) expect((await statements(first)).count).toBe(4);
    // Another page of each is too much for one.
    const { count, nodes } = await statements(100, "oldest: securityEvents(last: 1) { nodes { type } }");
    expect(count).toBe(5);
    for (const { user } of nodes) expect(user.oldest.nodes).toEqual([{ type: "SIGNED_UP" }]);
  });

  test("the same page of the same user is read once, however many events lead to it", async () => {
    const account = await signedUp(app);
    await addEvents(app, Array(50).fill({ userId: account.userId }));
    app.statements.length = 0;
    const page = "securityEvents(first: 50) { nodes { user { securityEvents(first: 2) { nodes { id } } } } }";
    const { me } = await read(`{ me { ${page} } }`, account);
    const pages = me.securityEvents.nodes.map(({ user }: { user: object }) => JSON.stringify(user));
    expect(new Set(pages).size).toBe(1);
    expect(app.statements.at(-1)?.match(/security_events/g)).toHaveLength(isPostgresql ? 1 : 2);
  });
});
