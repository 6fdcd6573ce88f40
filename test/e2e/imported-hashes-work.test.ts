import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { sqlImportedHashAfter } from "../../src/modules/password/imported-hash/imported-hash.reader.js";
import { User } from "../../src/modules/user/user.entity.js";
import {
  importedAccount,
  startWithReload,
  WRONG_PASSWORD,
  workOfFailure,
} from "../support/imported-accounts.js";
import { login, newEmail, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const [SALT, KEY] = ["c2FsdHNhbHQ", "YC9+jJCrQhs5R6db7LlN8Q"];
const BCRYPT = "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";

/** One of each kind, in forms that stand far apart in the order of bytes. */
const FORMS = [
  "$2b$05$",
  "$firebase-scrypt$ln=4,r=8,p=1$",
  "$pbkdf2-sha256$i=1000$",
  "$pbkdf2-sha256$i=2000$",
  "$scrypt$ln=4,r=8,p=1$",
  "argon2$argon2i$v=19$m=8,t=1,p=1$",
  "argon2$argon2id$v=19$m=128,t=1,p=1$",
  "bcrypt_sha256$$2b$04$",
];
const AS_STORED = FORMS.map((form) =>
  form.includes("$2b$") ? `${form}${BCRYPT.slice(7)}` : `${form}${SALT}$${KEY}`,
);

/** What no login works with, and no form is known of. */
const USELESS = [
  null,
  "not a hash",
  `$2b$16$${BCRYPT.slice(7)}`,
  `$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${KEY}`,
];

const TODAY = "argon2$argon2id$v=19$m=64,t=1,p=1$";

describe("the work of a wrong password where there are imported hashes", () => {
  let before: TestApp;
  let app: TestApp;
  const emails: string[] = [];

  beforeAll(async () => {
    before = await TestApp.startDurable();
    for (const hash of [...AS_STORED, ...AS_STORED, ...USELESS]) {
      emails.push((await importedAccount(before, hash)).email);
    }
    emails.push((await signedUp(before)).email);
    app = await before.startAnother();
  });

  test.each([
    ["that is typed as it is hashed", WRONG_PASSWORD, [WRONG_PASSWORD]],
    ["that has another normal form", "wrong cafe\u0301", ["wrong cafe\u0301", "wrong caf\u00e9"]],
  ])(
    "10: a password %s takes each form once, whoever has made the hash",
    async (_what, password, spellings) => {
      const expected = [
        `${TODAY} of ${password.normalize("NFKC")}`,
        ...FORMS.flatMap((form) => spellings.map((spelling) => `${form} of ${spelling}`)),
      ].sort();
      expect(await workOfFailure(app, newEmail(), password)).toEqual(expected);
      for (const email of emails) expect(await workOfFailure(app, email, password)).toEqual(expected);
    },
  );

  test("10: an imported hash is made up for from its first wrong password on", async () => {
    const fresh = await TestApp.start();
    expect(await workOfFailure(fresh, newEmail())).toEqual([`${TODAY} of ${WRONG_PASSWORD}`]);
    const { email } = await importedAccount(fresh, BCRYPT);
    const expected = ["$2b$05$", TODAY].map((form) => `${form} of ${WRONG_PASSWORD}`);
    expect(await workOfFailure(fresh, email)).toEqual(expected);
    expect(await workOfFailure(fresh, newEmail())).toEqual(expected);
  });

  test("10: an import shows within a minute, and so does its end", async () => {
    const { app: fresh, job, reload } = await startWithReload();
    // Half as long again at most.
    expect(job.everySeconds * 1.5).toBeLessThan(60);
    const { email, userId } = await importedAccount(fresh, BCRYPT);
    await reload();
    expect(await workOfFailure(fresh, newEmail())).toHaveLength(2);
    expect((await login(fresh, email, "U*U*U")).__typename).toBe("AuthPayload");
    await reload();
    expect(await workOfFailure(fresh, newEmail())).toHaveLength(1);
    expect(await fresh.orm.em.fork().findOneOrFail(User, { id: userId })).toMatchObject({
      passwordHash: expect.stringContaining("$argon2id$"),
    });
  });

  test("the right password takes its own hash and the one that replaces it", async () => {
    const { email } = await importedAccount(app, BCRYPT);
    const runs = jest.spyOn(HashPool.prototype, "run");
    expect((await login(app, email, "U*U*U")).__typename).toBe("AuthPayload");
    expect(runs.mock.calls.map(([task]) => task.kind)).toEqual(["verify", "hash"]);
    runs.mockRestore();
  });

  test("looking for imported hashes reads the index that has nothing else in it", async () => {
    const sql = sqlImportedHashAfter("'$2b$05$'");
    expect(JSON.stringify(await explain(app, sql))).toContain("users_foreign_password_hash_index");
  });
});

async function explain({ databaseConnection }: TestApp, sql: string): Promise<readonly unknown[]> {
  if (databaseConnection.kind === "sqlite") {
    return databaseConnection.client.prepare(`explain query plan ${sql}`).all();
  }
  const client = await databaseConnection.client.connect();
  try {
    // Of a handful of rows it would read the table.
    await client.query("set enable_seqscan = off");
    return (await client.query(`explain ${sql}`)).rows;
  } finally {
    client.release(true);
  }
}
