import { User } from "../../src/modules/user/user.entity.js";
import { Directory, emailsOf, insertUsers, type UserPage, type WantedUser } from "../support/directory.js";
import { errorOf, loggedIn, PASSWORD, signedUp } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const T0 = Date.parse("2026-01-01T00:00:00Z");
const HOUR_MS = 3_600_000;

/** All accounts of one import, made at three moments. */
const importOf = (domain: string, count: number, startMs: number): WantedUser[] =>
  Array.from({ length: count }, (_, index) => ({
    email: `user${index}@${domain}`,
    createdAt: new Date(startMs + (index % 3) * HOUR_MS),
  }));

const byAge = (one: User, other: User): number =>
  other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);

describe("the list of users", () => {
  let app: TestApp;
  let directory: Directory;

  beforeAll(async () => {
    app = await TestApp.start();
    directory = await Directory.of(app);
  });

  const importedAt = async (domain: string, count: number, startMs: number) => {
    const users = await insertUsers(app, importOf(domain, count, startMs));
    const filter = { createdAfter: new Date(startMs), createdBefore: new Date(startMs + 24 * HOUR_MS) };
    return { filter, expected: [...users].sort(byAge).map(({ email }) => email) };
  };

  test("has everybody once, newest first, though hundreds of accounts were made at one moment", async () => {
    const { filter, expected } = await importedAt("forth.example", 450, T0);
    const pages = await directory.forth(filter, 47);
    expect(emailsOf(pages)).toEqual(expected);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual(pages.map((_, index) => index > 0));
    expect(pages.map(cursorsOf)).toEqual(
      pages.map(({ pageInfo }) => [pageInfo.startCursor, pageInfo.endCursor]),
    );
  });

  test("is the same from its end, page by page", async () => {
    const { filter, expected } = await importedAt("back.example", 150, T0 + 48 * HOUR_MS);
    const pages = await directory.back(filter, 47);
    expect(emailsOf(pages.toReversed())).toEqual(expected);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual(pages.map((_, index) => index > 0));
  });

  test("lists what lies between two cursors", async () => {
    const { filter, expected } = await importedAt("between.example", 30, T0 + 96 * HOUR_MS);
    const { edges } = await directory.page({ first: 30, filter });
    const [after, before] = [edges[4]?.cursor, edges[20]?.cursor];
    const whole = await directory.page({ first: 30, after, before, filter });
    expect(emailsOf([whole])).toEqual(expected.slice(5, 20));
    const end = await directory.page({ last: 3, after, before, filter });
    expect(emailsOf([end])).toEqual(expected.slice(17, 20));
  });

  test("goes on where it was, whoever comes and goes between two pages", async () => {
    const startMs = T0 + 144 * HOUR_MS;
    const { filter, expected } = await importedAt("stable.example", 30, startMs);
    const first = await directory.page({ first: 10, filter });
    await insertUsers(app, [{ email: "new@stable.example", createdAt: new Date(startMs + 5 * HOUR_MS) }]);
    await app.orm.em.fork().nativeDelete(User, { id: first.nodes[9]?.id });
    const second = await directory.page({ first: 10, after: first.pageInfo.endCursor, filter });
    expect(emailsOf([second])).toEqual(expected.slice(10, 20));
    const firstAgain = await directory.page({ last: 10, before: second.pageInfo.startCursor, filter });
    expect(emailsOf([firstAgain])).toEqual(["new@stable.example", ...expected.slice(0, 9)].slice(-10));
  });

  test("begins with who came last, and has 20 on a page unless asked otherwise", async () => {
    const { email } = await signedUp(app);
    const page = await directory.page({});
    expect([page.nodes[0]?.email, page.nodes.length]).toEqual([email, 20]);
    expect(emailsOf([await directory.page({ first: 0 })])).toEqual([]);
  });

  test("shows all of a user, as they see it themself", async () => {
    const fields = `id email emailVerified username name picture phoneNumber gender locale role status hasPassword
      totpEnabled createdAt updatedAt lastLoginAt sessions { id createdAt }`;
    const profile = { username: "ada", name: "Ada Lovelace" };
    const { accessToken: token } = await signedUp(app, { ...profile, password: PASSWORD });
    const { me } = (await app.graphql(`{ me { ${fields} } }`, { token })).body.data;
    const { users } = (await directory.ask(`{ users(first: 1) { nodes { ${fields} } } }`)).body.data;
    const { user } = (await directory.ask(`query ($id: ID!) { user(id: $id) { ${fields} } }`, { id: me.id }))
      .body.data;
    expect([users.nodes[0], user]).toEqual([me, me]);
  });

  test("takes as many statements for a hundred users as for one, their sessions included", async () => {
    const counted: number[] = [];
    await signedUp(app);
    for (const first of [1, 10, 100]) {
      app.statements.length = 0;
      const { body } = await directory.ask(
        "query ($first: Int) { users(first: $first) { nodes { sessions { id } } } }",
        { first },
      );
      expect(body.data.users.nodes.length).toBe(first);
      expect(body.data.users.nodes[0].sessions.length).toBe(1);
      counted.push(app.statements.length);
    }
    expect(counted).toEqual([counted[0], counted[0], counted[0]]);
  });

  test("counts only when it is asked to", async () => {
    app.statements.length = 0;
    await directory.ask("{ users { nodes { id } } }");
    const without = app.statements.length;
    const { body } = await directory.ask("{ users { totalCount } }");
    // SQLite first asks whether one is enough.
    expect(app.statements.length).toBe(2 * without + (isPostgresql ? 1 : 2));
    expect(body.data.users.totalCount).toBe(await app.orm.em.fork().count(User));
  });

  test("finds one by id, and null for an unknown id or what is none", async () => {
    const { userId } = await signedUp(app);
    const find = async (id: string) =>
      (await directory.ask("query ($id: ID!) { user(id: $id) { id } }", { id })).body;
    expect(await find(userId)).toEqual({ data: { user: { id: userId } } });
    const unknown = ["00000000-0000-7000-8000-000000000000", "1", ...NASTY_STRINGS];
    for (const id of unknown) expect(await find(id)).toEqual({ data: { user: null } });
  });

  test("44: is for administrators only, and right after a demotion no longer", async () => {
    const { email } = await signedUp(app);
    const { accessToken: token, userId } = await loggedIn(app, email);
    const ask = async () => errorOf(await app.graphql("{ users { nodes { id } } }", { token }));
    expect(await ask()).toEqual({ code: "FORBIDDEN" });
    const em = app.orm.em.fork();
    await em.execute(`update users set role = 'ADMIN' where id = '${userId}'`);
    expect(await ask()).toBeUndefined();
    await em.execute(`update users set role = 'USER' where id = '${userId}'`);
    expect(await ask()).toEqual({ code: "FORBIDDEN" });
  });
});

const cursorsOf = ({ edges }: UserPage) => [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
