import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { readPasswordHash } from "../../src/modules/password/imported-hash/imported-hash.js";
import { User } from "../../src/modules/user/user.entity.js";
import {
  importedAccount,
  startWithReload,
  WRONG_PASSWORD,
  workOfFailure,
} from "../support/imported-accounts.js";
import { IMPORTED_HASHES } from "../support/imported-hashes.js";
import { type Account, login, newEmail } from "../support/journeys.js";
import { result } from "../support/mail-journeys.js";
import type { TestApp } from "../support/test-app.js";

const PASSWORD = "U*U*U";
const BCRYPT = "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";
const [SALT, KEY] = ["c2FsdHNhbHQ", "YC9+jJCrQhs5R6db7LlN8Q"];

async function storedHash(app: TestApp, { userId }: Account): Promise<string> {
  return String((await app.orm.em.fork().findOneOrFail(User, { id: userId })).passwordHash);
}

describe("hashes of other systems", () => {
  let app: TestApp;

  let reload: () => Promise<unknown>;

  beforeAll(async () => {
    ({ app, reload } = await startWithReload());
  });

  // Otherwise every wrong password would be tried in all forms that were seen so far.
  afterEach(() => reload());

  test.each(IMPORTED_HASHES)(
    "8: $name logs in, and is argon2id afterwards",
    async ({ exported, password }) => {
      const read = readPasswordHash(exported);
      const { email, ...account } = await importedAccount(app, "hash" in read ? read.hash : "");
      expect((await login(app, email, `${password}z`.slice(1))).code).toBe("INVALID_CREDENTIALS");
      expect(await storedHash(app, { email, ...account })).toBe("hash" in read && read.hash);
      expect((await login(app, email, password)).__typename).toBe("AuthPayload");
      expect(await storedHash(app, { email, ...account })).toMatch(/^\$argon2id\$v=19\$m=64,/);
      expect((await login(app, email, password)).__typename).toBe("AuthPayload");
    },
  );

  test("8: a hash that another program has put there in its own spelling logs in", async () => {
    const { email } = await importedAccount(
      app,
      "pbkdf2_sha256$390000$seasalt$8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c=",
    );
    expect((await login(app, email, "lètmein")).__typename).toBe("AuthPayload");
  });

  test("8: it proves who is there, and is what a change of password asks for", async () => {
    const account = await importedAccount(app, BCRYPT);
    const reauthenticate = (password: string) =>
      app.graphql(`mutation { reauthenticate(input: { password: "${password}" }) { __typename } }`, {
        token: account.accessToken,
      });
    const change = (currentPassword: string) =>
      result(
        app,
        "changePassword",
        { input: { currentPassword, newPassword: "a brand new password" } },
        { token: account.accessToken },
      );
    expect((await reauthenticate(WRONG_PASSWORD)).body.data.reauthenticate.__typename).toBe(
      "InvalidCredentials",
    );
    expect((await reauthenticate(PASSWORD)).body.data.reauthenticate.__typename).toBe("Session");
    expect(await change(WRONG_PASSWORD)).toMatchObject({ __typename: "InvalidCredentials" });
    expect(await change(PASSWORD)).toMatchObject({ __typename: "PasswordChanged" });
    expect((await login(app, account.email, "a brand new password")).__typename).toBe("AuthPayload");
  });

  test.each([
    ["bcrypt", `$2b$16$${BCRYPT.slice(7)}`],
    ["PBKDF2", `$pbkdf2-sha256$i=5000001$${SALT}$${KEY}`],
    ["scrypt", `$scrypt$ln=18,r=9,p=1$${SALT}$${KEY}`],
    ["Firebase's", `$firebase-scrypt$ln=18,r=9,p=1$${SALT}$${KEY}`],
    ["argon2i", `argon2$argon2i$v=19$m=262145,t=1,p=1$${SALT}$${KEY}`],
    ["argon2id", `$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${KEY}`],
  ])("8: one that costs too much is as good as none, and takes nobody's time: %s", async (_kind, hash) => {
    const { email } = await importedAccount(app, hash);
    const expected = await workOfFailure(app, newEmail());
    expect(await workOfFailure(app, email)).toEqual(expected);
    expect(await workOfFailure(app, email, PASSWORD)).toHaveLength(expected.length);
  });

  test.each([
    "",
    "$",
    "$argon2id$",
    "$argon2id$v=19$m=64,t=1,p=1$$",
    `$argon2id$v=19$m=64,t=1,p=1$c2FsdA$${KEY}`,
    `$argon2id$v=19$m=8,t=1,p=8$${SALT}$${KEY}`,
    "$2b$10$",
    "pbkdf2_sha256$1000$",
    "not a hash at all",
  ])("8: what is no hash is a wrong password, not an error: %j", async (hash) => {
    const { email } = await importedAccount(app, hash);
    expect(await login(app, email, PASSWORD)).toMatchObject({ __typename: "InvalidCredentials" });
  });

  test("6: a password that nobody has is not computed for an imported account either", async () => {
    const { email } = await importedAccount(app, BCRYPT);
    const runs = jest.spyOn(HashPool.prototype, "run");
    expect(await login(app, email, "é".repeat(10_000))).toMatchObject({ __typename: "InvalidCredentials" });
    expect(runs).not.toHaveBeenCalled();
    runs.mockRestore();
  });
});
