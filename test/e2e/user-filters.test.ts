import { normalizeName } from "../../src/lib/name.js";
import type { User } from "../../src/modules/user/user.entity.js";
import { Role, UserStatus } from "../../src/modules/user/user.types.js";
import { Directory, emailsOf, insertUsers } from "../support/directory.js";
import { TestApp } from "../support/test-app.js";

const T0 = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

/** What begins with "an" by its address, its username or its name, or by several of them. */
const people = Array.from({ length: 240 }, (_, index) => ({
  email: `${index % 4 === 0 ? "an" : "x"}${index}@example.org`,
  username: index % 5 === 0 ? null : `${index % 3 === 0 ? "an" : "y"}${index}`,
  name: [null, "Anna", `Anna ${index}`, "ANNĀ", "Zoë", "Ａｎｎａ"][index % 6] ?? null,
  role: index % 40 === 0 ? Role.ADMIN : Role.USER,
  status: index % 7 === 3 ? UserStatus.DISABLED : UserStatus.ACTIVE,
  emailVerified: index % 2 === 0,
  createdAt: new Date(T0 + (index % 3) * DAY_MS),
}));

interface Filter {
  readonly role?: Role;
  readonly status?: UserStatus;
  readonly emailVerified?: boolean;
  readonly createdAfter?: Date;
  readonly createdBefore?: Date;
  readonly search?: string;
}

const END = new Date(T0 + 3 * DAY_MS);
const CHOICES: readonly (readonly Filter[])[] = [
  [{}, { role: Role.ADMIN }, { role: Role.USER }],
  [{}, { status: UserStatus.ACTIVE }, { status: UserStatus.DISABLED }],
  [{}, { emailVerified: true }, { emailVerified: false }],
  // The administrator who asks was made after them.
  [{ createdBefore: END }, { createdAfter: new Date(T0 + DAY_MS), createdBefore: new Date(T0 + 2 * DAY_MS) }],
  [{}, { search: "AN" }, { search: "anna " }, { search: "an1" }, { search: "none" }],
];

const filters = CHOICES.reduce<readonly Filter[]>(
  (combined, choices) => combined.flatMap((one) => choices.map((other) => ({ ...one, ...other }))),
  [{}],
);

/** What the descriptions in the schema say, in plain words. */
function expectedOf(users: readonly User[], filter: Filter): readonly string[] {
  const wanted = users.filter(
    (user) =>
      (filter.role === undefined || user.role === filter.role) &&
      (filter.status === undefined || user.status === filter.status) &&
      (filter.emailVerified === undefined || user.emailVerified === filter.emailVerified) &&
      (filter.createdAfter === undefined || user.createdAt >= filter.createdAfter) &&
      (filter.createdBefore === undefined || user.createdAt < filter.createdBefore),
  );
  const ordered = filter.search === undefined ? newestFirst(wanted) : foundFirst(wanted, filter.search);
  return ordered.map(({ email }) => email);
}

const inBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

const newestFirst = (users: readonly User[]) =>
  users.toSorted(
    (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || inBytes(other.id, one.id),
  );

function foundFirst(users: readonly User[], search: string): readonly User[] {
  const beginning = normalizeName(search.trim());
  const keys = [
    (user: User) => user.emailNormalized,
    (user: User) => user.usernameNormalized,
    (user: User) => user.nameNormalized,
  ];
  const found = keys.flatMap((keyOf) =>
    users
      .filter((user) => keyOf(user)?.startsWith(beginning))
      .sort((one, other) => inBytes(keyOf(one) ?? "", keyOf(other) ?? "") || inBytes(one.id, other.id)),
  );
  return [...new Set(found)];
}

describe("filters of the list of users", () => {
  let directory: Directory;
  let users: readonly User[];

  beforeAll(async () => {
    const app = await TestApp.start();
    directory = await Directory.of(app);
    users = await insertUsers(app, people);
  });

  const COUNT = "query ($filter: UserFilter) { users(first: 0, filter: $filter) { totalCount } }";

  test("let through who meets all of them, in order, forth and back, and count them: every combination", async () => {
    expect(filters.length).toBe(270);
    for (const filter of filters) {
      const expected = { filter, emails: expectedOf(users, filter) };
      expect({ filter, emails: emailsOf(await directory.forth(filter, 90)) }).toEqual(expected);
      expect({ filter, emails: emailsOf((await directory.back(filter, 70)).toReversed()) }).toEqual(expected);
      const { totalCount } = (await directory.ask(COUNT, { filter })).body.data.users;
      expect({ filter, totalCount }).toEqual({ filter, totalCount: expected.emails.length });
    }
  }, 120_000);
});
