import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { User } from "../../src/modules/user/user.entity.js";
import { eventually } from "../support/eventually.js";
import { holdHashes } from "../support/held-hashes.js";
import { LOGIN, login, newEmail, PASSWORD, SIGNUP, signedUp, signup } from "../support/journeys.js";
import { type GraphqlAnswer, TestApp } from "../support/test-app.js";

const REAL_COST = { ARGON2_MEMORY_KIB: "19456", ARGON2_ITERATIONS: "2" };

describe("passwords", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  /** The code under which signup refuses a password, or "accepted". */
  async function judge(password: string, input: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const answer = await signup(app, { password, ...input });
    if (answer.__typename === "AuthPayload") return "accepted";
    expect(answer.__typename).toBe("InvalidInput");
    expect(answer.fields).toHaveLength(1);
    expect(answer.fields[0].field).toBe("password");
    return answer.fields[0].code;
  }

  async function storedHash(email: string, on = app): Promise<string> {
    const user = await on.orm.em.fork().findOneOrFail(User, { email });
    return String(user.passwordHash);
  }

  test("1: shorter than PASSWORD_MIN_LENGTH is refused", async () => {
    expect(await judge("")).toBe("REQUIRED");
    expect(await judge("qzxwvkj")).toBe("TOO_SHORT");
    expect(await judge("qzxwvkjy")).toBe("accepted");
    const stricter = await TestApp.start({ PASSWORD_MIN_LENGTH: "15" });
    const answer = await signup(stricter, { password: "fourteen chars" });
    expect(answer.fields).toMatchObject([{ field: "password", code: "TOO_SHORT" }]);
  });

  test("2: length counts code points after normalisation, 64 characters and 64 emoji are fine", async () => {
    expect(await judge(`${"x".repeat(63)}y`)).toBe("accepted");
    expect(await judge("🦉".repeat(64))).toBe("accepted");
    expect(await judge("🦉".repeat(7))).toBe("TOO_SHORT");
    // Seven letters with a combining accent each: 14 code points as typed, 7 once composed.
    expect(await judge("e\u0301".repeat(7))).toBe("TOO_SHORT");
    expect(await judge("🦉".repeat(256))).toBe("accepted");
    expect(await judge("🦉".repeat(257))).toBe("TOO_LONG");
  });

  test("2: the same password typed in another Unicode form logs in", async () => {
    const [composed, decomposed] = ["caf\u00e9 au lait", "cafe\u0301 au lait"];
    for (const [chosen, typed] of [
      [composed, decomposed],
      [decomposed, composed],
    ]) {
      const { email } = await signedUp(app, { password: chosen });
      expect((await login(app, email, typed)).__typename).toBe("AuthPayload");
    }
  });

  test("broken Unicode is refused in clear words", async () => {
    expect(await judge("broken \ud800 surrogate")).toBe("MALFORMED");
  });

  test.each([
    ["all lower case", "gfhdjskwlqpr"],
    ["all digits", "849302174650"],
    ["spaces", "        "],
    ["Unicode", "пароль-大丈夫"],
  ])("3: any composition is accepted: %s", async (_composition, password) => {
    const { email } = await signedUp(app, { password });
    expect((await login(app, email, password)).__typename).toBe("AuthPayload");
  });

  test("4: the 3,000 most common passwords of sufficient length are refused", async () => {
    const { dictionary } = await import("@zxcvbn-ts/language-common");
    const common = dictionary["passwords-common"].filter((password) => password.length >= 8).slice(0, 3000);
    expect(common).toHaveLength(3000);
    const verdicts = new Set<string>();
    while (common.length > 0) {
      const some = common.splice(0, 50);
      for (const verdict of await Promise.all(some.map((password) => judge(password)))) verdicts.add(verdict);
    }
    expect([...verdicts]).toEqual(["COMMON_PASSWORD"]);
    expect(await judge("PASSWORD123")).toBe("COMMON_PASSWORD");
  });

  test("4: a password with the address, the username or the product in it is refused", async () => {
    const email = `margaret.${newEmail()}`;
    const localPart = email.split("@")[0];
    expect(await judge(`my ${localPart} secret`, { email })).toBe("CONTAINS_IDENTITY");
    expect(await judge("xx-Hamilton-xx", { username: "hamilton" })).toBe("CONTAINS_IDENTITY");
    expect(await judge("open LatchKey now")).toBe("CONTAINS_IDENTITY");
    expect(await judge("bob is no part of it", { email: `bo@${newEmail().replace("@", ".")}` })).toBe(
      "accepted",
    );
  });

  test("5: a change of the 64th character, of case, or a trailing space fails login", async () => {
    const password = `${"Long and even ".repeat(5).slice(0, 63)}x`;
    const { email } = await signedUp(app, { password });
    for (const almost of [
      `${password.slice(0, 63)}y`,
      password.toLowerCase(),
      `${password} `,
      ` ${password}`,
    ]) {
      expect(await login(app, email, almost)).toMatchObject({ __typename: "InvalidCredentials" });
    }
    expect((await login(app, email, password)).__typename).toBe("AuthPayload");
  });

  test("6: a 1 MB password is refused in under 50 ms with no hash computed", async () => {
    const roomy = await TestApp.start({ MAX_BODY_BYTES: "4194304", ...REAL_COST });
    const { email } = await signedUp(roomy);
    const runs = jest.spyOn(HashPool.prototype, "run");
    const password = "é".repeat(500_000);
    const timesMs: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) {
      const started = performance.now();
      const refusedSignup = await signup(roomy, { password });
      const refusedLogin = await login(roomy, email, password);
      timesMs.push((performance.now() - started) / 2);
      expect(refusedSignup.fields[0].code).toBe("TOO_LONG");
      expect(refusedLogin.__typename).toBe("InvalidCredentials");
    }
    expect(runs).not.toHaveBeenCalled();
    // Other work on the machine can only make it slower.
    expect(Math.min(...timesMs)).toBeLessThan(50);
    runs.mockRestore();
    const { status } = await app.graphql(SIGNUP, { variables: { input: { email: newEmail(), password } } });
    expect(status).toBe(413);
  });

  test("7: stored is argon2id at the configured cost, and the same password twice gives two hashes", async () => {
    const real = await TestApp.start(REAL_COST);
    const [one, two] = [await signedUp(real), await signedUp(real)];
    const [hash, otherHash] = [await storedHash(one.email, real), await storedHash(two.email, real)];
    expect(hash).toMatch(
      /^\$argon2id\$v=19\$(?=.*m=19456)(?=.*t=2)(?=.*p=1)[^$]+\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
    expect(hash).not.toBe(otherHash);
    expect(JSON.stringify(await real.orm.em.fork().find(User, {}))).not.toContain(PASSWORD);
  });

  test("7: a raised cost rehashes at the next login, and only a right password does", async () => {
    const before = await TestApp.startDurable();
    const { email } = await signedUp(before);
    const oldHash = await storedHash(email, before);
    const raised = await before.startAnother({ ARGON2_MEMORY_KIB: "128" });
    await login(raised, email, "wrong password");
    expect(await storedHash(email, raised)).toBe(oldHash);
    await login(raised, email);
    const newHash = await storedHash(email, raised);
    expect(newHash).toContain("m=128,");
    await login(raised, email);
    expect(await storedHash(email, raised)).toBe(newHash);
  });

  test("7: of parallel logins after the cost was raised none is refused", async () => {
    const before = await TestApp.startDurable();
    const { email } = await signedUp(before);
    const raised = await before.startAnother({ ARGON2_MEMORY_KIB: "128", ARGON2_PARALLELISM: "2" });
    const answers = await Promise.all(Array.from({ length: 5 }, () => login(raised, email)));
    expect(answers.map(({ __typename }) => __typename)).toEqual(answers.map(() => "AuthPayload"));
    expect(await storedHash(email, raised)).toMatch(/p=2/);
  });

  test("10: a hash of a lower cost than today's takes a wrong password today's work all the same", async () => {
    const before = await TestApp.startDurable({ ARGON2_MEMORY_KIB: "19456", ARGON2_ITERATIONS: "2" });
    const { email } = await signedUp(before);
    const raised = await before.startAnother({ ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "3" });
    const runs = jest.spyOn(HashPool.prototype, "run");
    const workOf = async (identifier: string) => {
      runs.mockClear();
      expect(await login(raised, identifier, "a wrong password")).toMatchObject({
        code: "INVALID_CREDENTIALS",
      });
      return runs.mock.calls.reduce((sum, [task]) => {
        const [, m, t] =
          /m=(\d+),(?:p=\d+,)?t=(\d+)/.exec(task.kind === "verify" ? task.storedHash : "") ?? [];
        return sum + Number(m) * Number(t);
      }, 0);
    };
    expect(await workOf(newEmail())).toBe(65536 * 3);
    expect(Math.abs((await workOf(email)) - 65536 * 3)).toBeLessThan(8);
    runs.mockRestore();
  });

  test("2: what is accepted logs in, also where its Unicode form is much longer than its normal form", async () => {
    const roomy = await TestApp.start({ PASSWORD_MAX_LENGTH: "1024" });
    const password = "각".normalize("NFD").repeat(600);
    const { email } = await signedUp(roomy, { password });
    expect((await login(roomy, email, password)).__typename).toBe("AuthPayload");
    expect((await login(roomy, email, password.normalize("NFC"))).__typename).toBe("AuthPayload");
  });

  test("a burst beyond HASH_CONCURRENCY and HASH_QUEUE is shed with retryAfter, and the rest is served", async () => {
    // Where look-ups take long, all of them are counted before the first is shed.
    const roomForAll = { LOGIN_ATTEMPTS_PER_ACCOUNT: "100" };
    const small = await TestApp.start({ HASH_CONCURRENCY: "1", HASH_QUEUE: "2", ...roomForAll });
    const { email } = await signedUp(small);
    const variables = { input: { identifier: email, password: PASSWORD } };
    const hashes = holdHashes();
    const answered: GraphqlAnswer[] = [];
    const logins = Array.from({ length: 12 }, async () =>
      answered.push(await small.graphql(LOGIN, { variables })),
    );
    await eventually(() => (answered.length === 9 ? true : undefined));
    hashes.release();
    await Promise.all(logins);
    expect(answered.slice(9).map(({ body }) => body.data?.login.__typename)).toEqual(
      Array(3).fill("AuthPayload"),
    );
    for (const { body } of answered.slice(0, 9)) {
      expect(body.errors?.[0]?.extensions).toMatchObject({
        code: "SERVICE_UNAVAILABLE",
        retryAfter: expect.any(Number),
      });
    }
    expect((await login(small, email)).__typename).toBe("AuthPayload");
  });
});
