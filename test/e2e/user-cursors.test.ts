import { Directory, emailsOf, insertUsers, USERS } from "../support/directory.js";
import { errorOf } from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";

const ID = "00000000-0000-7000-8000-000000000000";

const encode = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString("base64url");

describe("the arguments of the list of users", () => {
  let directory: Directory;

  beforeAll(async () => {
    const app = await TestApp.start();
    directory = await Directory.of(app);
    await insertUsers(app, [{ email: "a%b_c@example.org", username: "a_b", name: "100% Anna_B" }]);
  });

  const codeOf = async (variables: Readonly<Record<string, unknown>>) =>
    errorOf(await directory.ask(USERS, variables))?.code;

  test.each([
    ["newest", 0, "no id"],
    ["newest", 0, ID.replace(/0$/, "A")],
    ["newest", "0", ID],
    ["newest", 0],
    ["newest", 0, ID, ID],
    ["newest", Number.MAX_SAFE_INTEGER, ID],
    ["newest", Number.MIN_SAFE_INTEGER, ID],
    ["newest", 0.5, ID],
    ["newest", null, ID],
    ["newest", 0, "\u0000"],
    ["address", "ada@example.org"],
    ["name", "ada", ID],
    ["__proto__"],
    ["constructor", 0, ID],
    [],
  ])("46: a cursor of %j %j %j is none of the list", async (...key) => {
    for (const cursor of [encode(["users", ...key]), encode(key), encode({ users: key })]) {
      expect(await codeOf({ after: cursor })).toBe("BAD_USER_INPUT");
      expect(await codeOf({ last: 1, before: cursor })).toBe("BAD_USER_INPUT");
    }
  });

  test("46: a cursor of the list without a search is none of a search", async () => {
    const { pageInfo } = await directory.page({ first: 1 });
    expect(await codeOf({ after: pageInfo.endCursor })).toBeUndefined();
    expect(await codeOf({ after: pageInfo.endCursor, filter: { search: "a" } })).toBe("BAD_USER_INPUT");
    const found = await directory.page({ first: 1, filter: { search: "a" } });
    expect(await codeOf({ after: found.pageInfo.endCursor, filter: { search: "b" } })).toBeUndefined();
    expect(await codeOf({ after: found.pageInfo.endCursor })).toBe("BAD_USER_INPUT");
  });

  test("a page goes on after who is called exactly what is searched", async () => {
    const namesakes = ["ann@example.org", "ann@example.org.uk"];
    await insertUsers(
      directory.app,
      namesakes.map((email) => ({ email, name: "Ann Other" })),
    );
    expect(emailsOf(await directory.forth({ search: "ann@example.org" }, 1))).toEqual(namesakes);
    expect(emailsOf(await directory.back({ search: "ann@example.org" }, 1))).toEqual(namesakes.toReversed());
    expect(emailsOf(await directory.forth({ search: "Ann Other" }, 1)).toSorted()).toEqual(namesakes);
  });

  test("a search finds an address whatever has been typed of its domain, page by page", async () => {
    const emails = ["zoe@bank.example", "zoe@bücher.example"];
    await insertUsers(
      directory.app,
      emails.map((email) => ({ email })),
    );
    expect(emailsOf(await directory.forth({ search: "Zoe@b" }, 1))).toEqual(emails);
    expect(emailsOf(await directory.back({ search: "Zoe@b" }, 1))).toEqual(emails.toReversed());
    expect(emailsOf(await directory.forth({ search: "zoe@BÜ" }, 1))).toEqual(emails.slice(1));
    expect(emailsOf(await directory.forth({ search: "zoe@bücher.ex" }, 1))).toEqual(emails.slice(1));
  });

  test("46: any string is harmless as a cursor and as a search", async () => {
    for (const text of NASTY_STRINGS) {
      expect(await codeOf({ after: text })).toBe("BAD_USER_INPUT");
      expect(await codeOf({ filter: { search: text } })).toBeUndefined();
      expect(await codeOf({ filter: { search: `ada@${text}` } })).toBeUndefined();
      const counting = "query ($filter: UserFilter) { users(filter: $filter) { totalCount } }";
      expect(errorOf(await directory.ask(counting, { filter: { search: text } }))).toBeUndefined();
    }
  });

  test("46: no sign stands for others in a search", async () => {
    const found = async (search: string) => (await directory.page({ filter: { search } })).nodes.length;
    expect(await Promise.all(["a%", "a_b", "100%", "%", "_", "a%b_c", "\\", "'"].map(found))).toEqual([
      1, 1, 1, 0, 0, 1, 0, 0,
    ]);
  });

  test.each(["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])(
    "any time there is bounds the list: %s",
    async (time) => {
      expect(await codeOf({ filter: { createdAfter: time } })).toBeUndefined();
      expect(await codeOf({ filter: { createdBefore: time } })).toBeUndefined();
      expect(await codeOf({ filter: { createdAfter: time, search: "a" } })).toBeUndefined();
    },
  );

  test("null is as if left out, for each condition and for all", async () => {
    const nothing = {
      search: null,
      role: null,
      status: null,
      emailVerified: null,
      createdAfter: null,
      createdBefore: null,
    };
    const all = await directory.page({});
    for (const filter of [nothing, {}, null, { search: "" }, { search: "  " }]) {
      expect(await directory.page({ filter })).toEqual(all);
    }
  });

  test.each([{ first: 1, last: 1 }, { first: -1 }, { last: 101 }, { first: 101 }])(
    "%j is no page",
    async (variables) => {
      expect(await codeOf(variables)).toBe("BAD_USER_INPUT");
    },
  );
});
