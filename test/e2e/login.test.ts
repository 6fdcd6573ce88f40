import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { LOGIN, login, newEmail, PASSWORD, signedUp, signup, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("signup", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test("opens the first session of a new account", async () => {
    const email = newEmail();
    const answer = await signup(app, { email, username: "Grace.Hopper", name: "Grace Hopper" });
    expect(answer).toMatchObject({
      __typename: "AuthPayload",
      user: {
        email,
        username: "Grace.Hopper",
        name: "Grace Hopper",
        role: "USER",
        status: "ACTIVE",
        hasPassword: true,
      },
      session: { isCurrent: true },
    });
    expect(await stateOf(app, answer.accessToken)).toBe("alive");
  });

  test("lists every faulty field at once and makes no account", async () => {
    const before = await app.orm.em.fork().count(User);
    const answer = await signup(app, {
      email: "nobody",
      username: "no@body",
      name: "line\nbreak",
      password: "short",
      passwordConfirmation: "other",
    });
    expect(
      answer.fields.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
    ).toEqual([
      "email MALFORMED",
      "username MALFORMED",
      "name MALFORMED",
      "password TOO_SHORT",
      "passwordConfirmation MISMATCH",
    ]);
    expect(await app.orm.em.fork().count(User)).toBe(before);
  });

  test("an address and a username are unique whatever the letter case", async () => {
    const { email } = await signedUp(app, { username: "Ada.Lovelace" });
    const answer = await signup(app, { email: email.toUpperCase(), username: "ADA.lovelace" });
    expect(answer.fields).toMatchObject([
      { field: "email", code: "TAKEN" },
      { field: "username", code: "TAKEN" },
    ]);
  });

  test("of 20 parallel signups with one address exactly one wins", async () => {
    const email = newEmail();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signup(app, { email })));
    expect(answers.filter(({ __typename }) => __typename === "AuthPayload")).toHaveLength(1);
    expect(answers.filter(({ fields }) => fields?.[0]?.code === "TAKEN")).toHaveLength(19);
  });

  test("is refused where SIGNUP_ENABLED is false", async () => {
    const closed = await TestApp.start({ SIGNUP_ENABLED: "false" });
    expect(await signup(closed)).toMatchObject({ __typename: "SignupDisabled", code: "SIGNUP_DISABLED" });
  });

  test("16: no account exists after a fresh migration", async () => {
    const fresh = await TestApp.start();
    expect(await fresh.orm.em.fork().count(User)).toBe(0);
    expect(await fresh.orm.em.fork().count(Session)).toBe(0);
  });
});

describe("login", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test("takes the address or the username, in any letter case", async () => {
    const { email, userId } = await signedUp(app, { username: "Alan.Turing" });
    for (const identifier of [email, email.toUpperCase(), `${email} `, "alan.turing", "ALAN.TURING"]) {
      expect(await login(app, identifier)).toMatchObject({ user: { id: userId } });
    }
  });

  test("10: an unknown account and a wrong password get the same body, status, headers and work", async () => {
    const { email } = await signedUp(app, { username: "known.name" });
    const runs = jest.spyOn(HashPool.prototype, "run");
    const attempts = [];
    for (const identifier of [
      email,
      "known.name",
      newEmail(),
      "unknown.name",
      "neither an address nor a name",
      "",
    ]) {
      runs.mockClear();
      const variables = { input: { identifier, password: "a wrong password" } };
      const { status, headers, body } = await app.graphql(LOGIN, { variables });
      const shown = [...headers].filter(([name]) => !["date", "x-request-id"].includes(name));
      const work = runs.mock.calls.map(
        ([task]) => task.kind === "verify" && task.storedHash.split("$").slice(0, 4),
      );
      attempts.push(
        JSON.stringify({ status, shown, body, work: work.map((phc) => [...String(phc)].sort().join("")) }),
      );
    }
    expect(new Set(attempts).size).toBe(1);
    expect(attempts[0]).toContain("INVALID_CREDENTIALS");
    runs.mockRestore();
  });

  test("10: a disabled account shows only after the right password", async () => {
    const { email, userId } = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { status: UserStatus.DISABLED });
    expect(await login(app, email, "a wrong password")).toMatchObject({ __typename: "InvalidCredentials" });
    expect(await login(app, email)).toMatchObject({
      __typename: "AccountDisabled",
      code: "ACCOUNT_DISABLED",
    });
  });

  test("10: an account without a password answers like an unknown one, after the same work", async () => {
    const { email, userId } = await signedUp(app);
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { passwordHash: null });
    const runs = jest.spyOn(HashPool.prototype, "run");
    expect(await login(app, email)).toMatchObject({ __typename: "InvalidCredentials" });
    expect(runs).toHaveBeenCalledTimes(1);
    runs.mockRestore();
  });

  test.each([
    ["disabled", { status: UserStatus.DISABLED }],
    ["given another password", { passwordHash: "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$c29tZWhhc2g" }],
  ])("an account %s while its password is being verified gets no session", async (_what, change) => {
    const { email, userId } = await signedUp(app);
    const run = HashPool.prototype.run;
    const meddling = jest.spyOn(HashPool.prototype, "run").mockImplementation(async function (
      this: HashPool,
      ...args
    ) {
      const outcome = await run.apply(this, args);
      await app.orm.em.fork().nativeUpdate(User, { id: userId }, change);
      return outcome;
    });
    expect((await login(app, email, PASSWORD)).__typename).not.toBe("AuthPayload");
    meddling.mockRestore();
    expect(await app.orm.em.fork().count(Session, { user: userId })).toBe(1);
  });

  test("beyond SESSIONS_PER_USER the least recently used session goes", async () => {
    const small = await TestApp.start({ SESSIONS_PER_USER: "3" });
    const first = await signedUp(small);
    const tokens = [first.accessToken];
    for (let i = 0; i < 3; i++) {
      small.advanceSeconds(1);
      tokens.push((await login(small, first.email)).accessToken);
    }
    expect(await Promise.all(tokens.map((token) => stateOf(small, token)))).toEqual([
      "SESSION_REVOKED",
      "alive",
      "alive",
      "alive",
    ]);
  });

  test("SESSIONS_PER_USER counts each user's own sessions", async () => {
    const small = await TestApp.start({ SESSIONS_PER_USER: "1" });
    const [one, other] = [await signedUp(small), await signedUp(small)];
    await login(small, other.email);
    expect(await stateOf(small, one.accessToken)).toBe("alive");
    expect(await stateOf(small, other.accessToken)).toBe("SESSION_REVOKED");
  });

  test("is written down as lastLoginAt", async () => {
    const { email } = await signedUp(app);
    app.advanceSeconds(60);
    const { user } = await login(app, email);
    expect(Date.parse(user.lastLoginAt) - Date.parse(user.createdAt)).toBeGreaterThanOrEqual(60_000);
  });
});
