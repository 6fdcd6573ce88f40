import type { SqlText } from "../../src/lib/sql-text.js";
import { USER_LIST_DIALECTS } from "../../src/modules/admin/user-list.dialects.js";
import { UserListSql } from "../../src/modules/admin/user-list.sql.js";
import type { UserFilter } from "../../src/modules/admin/user-list.types.js";
import { walksOf } from "../../src/modules/admin/user-list.walks.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import { Directory, emailsOf, insertUsers } from "../support/directory.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const COUNT = 12_000;
const padded = (index: number) => String(index).padStart(5, "0");

/** The first half is unverified, the second disabled; three are both. All begin with "u" in every way there is. */
const crowd = Array.from({ length: COUNT }, (_, index) => ({
  email: `u${padded(index)}@example.org`,
  username: `u${padded(index)}`,
  name: `U ${index % 10}`,
  emailVerified: index >= COUNT / 2 && index % 4000 !== 2999,
  status: index >= COUNT / 2 || index % 4000 === 2999 ? UserStatus.DISABLED : UserStatus.ACTIVE,
  role: index % 3000 === 2998 ? Role.ADMIN : Role.USER,
  createdAt: new Date(Date.parse("2026-01-01T00:00:00Z") + Math.floor(index / 1000)),
}));

describe("what the list of users costs", () => {
  let app: TestApp;
  let directory: Directory;

  beforeAll(async () => {
    app = await TestApp.start();
    directory = await Directory.of(app);
    await insertUsers(app, crowd);
    // SQLite has no statistics in life, either.
    if (isPostgresql) await app.execute("analyze");
  }, 60_000);

  const bothEmails = crowd
    .filter(({ emailVerified, status }) => !emailVerified && status === UserStatus.DISABLED)
    .map(({ email }) => email);

  test("a page gives up where few of many are wanted, and the next one finds the rest, forth and back", async () => {
    expect(bothEmails.length).toBe(3);
    const filter = { search: "u", emailVerified: false, status: UserStatus.DISABLED };
    const forth = await directory.forth(filter, 20);
    expect(emailsOf(forth)).toEqual(bothEmails);
    expect(forth.length).toBeGreaterThan(2);
    expect(forth.slice(0, -1).every(({ pageInfo }) => pageInfo.endCursor !== null)).toBe(true);
    const back = await directory.back(filter, 20);
    expect(emailsOf(back.toReversed())).toEqual(bothEmails);
    expect(back.length).toBeGreaterThan(2);
  });

  test("where the filter alone leaves few, the first page has them all", async () => {
    const admins = crowd.filter(({ role }) => role === Role.ADMIN).map(({ email }) => email);
    const filter = { search: "u", role: Role.ADMIN };
    const page = await directory.page({ first: 20, filter });
    expect(emailsOf([page])).toEqual(admins);
    const backward = await directory.page({ last: 20, filter });
    expect(emailsOf([backward])).toEqual(admins);
  });

  test("who was listed already is passed over within the same bound", async () => {
    const found = await directory.page({ first: 1, filter: { search: "u11999" } });
    expect(found.pageInfo.hasNextPage).toBe(false);
    const after = (await directory.page({ last: 1, filter: { search: "u1199" } })).pageInfo;
    expect(after.hasNextPage).toBe(false);
    app.statements.length = 0;
    const last = await directory.page({ last: 20, filter: { search: "u" } });
    expect([last.nodes.length, last.pageInfo.hasPreviousPage]).toEqual([0, true]);
    expect(app.statements.length).toBeLessThan(5);
  });

  test.each([
    [{ search: "u" }, COUNT],
    [{ search: "U 1" }, COUNT / 10],
    [{ search: "u", emailVerified: false, status: UserStatus.DISABLED }, 3],
    [{ createdBefore: new Date(crowd[5000]?.createdAt ?? 0) }, 5000],
  ])(
    "%j is counted exactly, on SQLite in pieces between which others are answered",
    async (filter, expected) => {
      app.statements.length = 0;
      const query = "query ($filter: UserFilter) { users(first: 0, filter: $filter) { totalCount } }";
      const { users } = (await directory.ask(query, { filter })).body.data;
      expect(users.totalCount).toBe(expected);
      const counting = app.statements.filter((sql) => sql.includes("count(*)"));
      if (isPostgresql) expect(counting.length).toBe(1);
      else expect(counting.length).toBeGreaterThanOrEqual(Math.ceil(expected / 2000));
    },
  );

  const FILTERS: readonly UserFilter[] = [
    {},
    { role: Role.ADMIN },
    { role: Role.USER },
    { status: UserStatus.DISABLED },
    { status: UserStatus.ACTIVE },
    { emailVerified: false },
    { emailVerified: true, status: UserStatus.ACTIVE, role: Role.USER },
    { role: Role.ADMIN, status: UserStatus.DISABLED, emailVerified: true },
    { createdAfter: crowd[1000]?.createdAt, createdBefore: crowd[11_000]?.createdAt },
    { emailVerified: false, createdAfter: crowd[3000]?.createdAt },
    { search: "u" },
    { search: "u11" },
    { search: "ada@bü" },
    { search: "u0", status: UserStatus.ACTIVE },
  ];

  test.each(FILTERS)("%j is read along an index, and nothing is sorted", async (filter) => {
    const sql = new UserListSql(USER_LIST_DIALECTS[app.databaseConnection.kind]);
    for (const walk of walksOf(filter)) {
      for (const isBackward of [false, true]) {
        const reading = { limit: 21, isBackward };
        for (const statement of [sql.selectUsers(walk, reading), sql.selectKeyAfter(walk, reading)]) {
          const plan = await planOf(statement);
          expect(plan).toMatch(isPostgresql ? /index/i : new RegExp(`index ${walk.index}`, "i"));
          expect(plan).not.toMatch(/seq scan|sort|bitmap|temp b-tree|scan u$/im);
        }
      }
    }
  });

  const planOf = async ({ sql, values }: SqlText): Promise<string> => {
    const explain = isPostgresql ? "explain" : "explain query plan";
    const rows = await app.orm.em.getConnection().execute(`${explain} ${sql}`, [...values]);
    return rows.map((row: Record<string, unknown>) => row["QUERY PLAN"] ?? row.detail).join("\n");
  };
});
