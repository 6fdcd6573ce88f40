import { setTimeout as delay } from "node:timers/promises";
import { jest } from "@jest/globals";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { attempt, exhaust, newNetwork, startLimited, typesOf, WRONG } from "../support/guesses.js";
import { LOGIN, login, newEmail, PASSWORD, signedUp, signup } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("attempt limits", () => {
  let app: TestApp;
  let instances: readonly [TestApp, ...TestApp[]];

  beforeAll(async () => {
    instances = await startLimited();
    for (const instance of instances) instance.stopClock();
    app = instances[0];
  });

  test.each(["known", "unknown"])(
    "13: of 50 concurrent attempts on a %s account exactly 5 pass",
    async (kind) => {
      const email = kind === "known" ? (await signedUp(app)).email : newEmail();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          attempt(app, email, WRONG, { on: instances[i % instances.length] }),
        ),
      );
      expect(typesOf(answers)).toEqual({ InvalidCredentials: 5, TooManyAttempts: 45 });
      const refused = answers.find(({ __typename }) => __typename === "TooManyAttempts");
      expect(refused.code).toBe("TOO_MANY_ATTEMPTS");
    },
  );

  test("13: the client that has signed up has no more attempts than any other", async () => {
    const from = { ip: newNetwork(), userAgent: "the very same" };
    const headers = { "x-forwarded-for": from.ip, "user-agent": from.userAgent };
    const { user } = await signup(app, {}, { headers });
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => attempt(app, user.email, WRONG, from)),
    );
    expect(typesOf(answers)).toEqual({ InvalidCredentials: 5, TooManyAttempts: 20 });
    const unknown = await Promise.all(
      Array.from({ length: 25 }, () => attempt(app, newEmail(), WRONG, from)),
    );
    expect(typesOf(unknown)).toEqual({ InvalidCredentials: 25 });
    expect((await attempt(app, newEmail(), WRONG, from)).__typename).toBe("TooManyAttempts");
  });

  test("13: the letter case, the username and the address of one account have one counter", async () => {
    const username = `name${Date.now()}`;
    const { email } = await signedUp(app, { username });
    const identifiers = [email, email.toUpperCase(), username, username.toUpperCase()];
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(await attempt(app, identifiers[i % 4] ?? ""));
    expect(typesOf(answers)).toEqual({ InvalidCredentials: 5, TooManyAttempts: 3 });
  });

  test("10: an unknown account in any letter case is limited as a known one is", async () => {
    const unknown = newEmail();
    await exhaust(app, unknown);
    expect((await attempt(app, unknown.toUpperCase())).__typename).toBe("TooManyAttempts");
  });

  test("14: one network has its limit whatever accounts it tries; a right password does not count", async () => {
    const ip = newNetwork();
    const { email } = await signedUp(app);
    const answers = [];
    for (let i = 0; i < 32; i++) {
      answers.push(await attempt(app, newEmail(), WRONG, { ip }));
      if (i < 20)
        expect((await attempt(app, email, PASSWORD, { ip, userAgent: `${i}` })).__typename).toBe(
          "AuthPayload",
        );
    }
    expect(typesOf(answers)).toEqual({ InvalidCredentials: 30, TooManyAttempts: 2 });
  });

  test("14: at the limit a right password leaves no delay to those who share the network, for however long", async () => {
    const ip = newNetwork();
    const people = [await signedUp(app), await signedUp(app)];
    for (let i = 0; i < 29; i++) await attempt(app, newEmail(), WRONG, { ip });
    for (let round = 0; round < 10; round++) {
      for (const { email } of people) {
        expect((await attempt(app, email, PASSWORD, { ip, userAgent: `${round}` })).__typename).toBe(
          "AuthPayload",
        );
      }
      for (const instance of instances) instance.advanceSeconds(300);
    }
    // Its window has ended by now, although there was somebody all the time.
    for (let i = 0; i < 30; i++) {
      expect((await attempt(app, newEmail(), WRONG, { ip })).__typename).toBe("InvalidCredentials");
    }
  });

  test("14: an attempt that its account refuses leaves nothing on the network", async () => {
    const ip = newNetwork();
    const { email } = await signedUp(app);
    const victim = newEmail();
    await exhaust(app, victim);
    for (let i = 0; i < 29; i++) await attempt(app, newEmail(), WRONG, { ip });
    for (let i = 0; i < 5; i++) {
      expect((await attempt(app, victim, WRONG, { ip })).__typename).toBe("TooManyAttempts");
    }
    expect((await attempt(app, email, PASSWORD, { ip })).__typename).toBe("AuthPayload");
  });

  test("14: right passwords of one window buy no wrong ones in the next", async () => {
    const ip = newNetwork();
    const { email } = await signedUp(app);
    await attempt(app, newEmail(), WRONG, { ip });
    for (const instance of instances) instance.advanceSeconds(899.5);
    const slow = Promise.withResolvers<void>();
    const run = HashPool.prototype.run;
    const hashing = jest.spyOn(HashPool.prototype, "run").mockImplementation(async function (
      this: HashPool,
      ...args
    ) {
      await slow.promise;
      return run.apply(this, args);
    });
    const logins = Array.from({ length: 5 }, (_, i) =>
      attempt(app, email, PASSWORD, { ip, userAgent: `${i}` }),
    );
    while (hashing.mock.calls.length < 4) await delay(5);
    for (const instance of instances) instance.advanceSeconds(10);
    hashing.mockRestore();
    const answers = [];
    for (let i = 0; i < 15; i++) answers.push(await attempt(app, newEmail(), WRONG, { ip }));
    slow.resolve();
    await Promise.all(logins);
    for (let i = 0; i < 20; i++) answers.push(await attempt(app, newEmail(), WRONG, { ip }));
    expect(typesOf(answers)).toEqual({ InvalidCredentials: 30, TooManyAttempts: 5 });
  });

  test("6: a password that no hash can be of is refused at once, without a count or a look-up", async () => {
    const { email } = await signedUp(app);
    app.statements.length = 0;
    for (let i = 0; i < 8; i++) {
      expect((await attempt(app, email, "x".repeat(8193))).__typename).toBe("InvalidCredentials");
    }
    expect(app.statements.filter((sql) => /users|sessions|attempt_counters/.test(sql))).toEqual([]);
    expect((await attempt(app, email, PASSWORD)).__typename).toBe("AuthPayload");
  });

  test("14: IPv6 counts by its /64, an IPv4-mapped address as IPv4, and entries before the trusted hop not at all", async () => {
    const spent = async (ip: string) =>
      (await attempt(app, newEmail(), WRONG, { ip })).__typename === "TooManyAttempts";
    const exhaustFrom = async (ip: (i: number) => string) => {
      for (let i = 0; i < 30; i++) await attempt(app, newEmail(), WRONG, { ip: ip(i) });
    };
    await exhaustFrom((i) => `2001:db8:77:1::${i}`);
    expect(await spent("2001:DB8:77:1:ffff::1")).toBe(true);
    expect(await spent("2001:db8:77:2::1")).toBe(false);
    await exhaustFrom((i) => (i % 2 === 0 ? "192.0.2.77" : "::ffff:192.0.2.77"));
    expect(await spent("192.0.2.77")).toBe(true);
    expect(await spent("192.0.2.78")).toBe(false);
    await exhaustFrom((i) => `203.0.113.${i}, 192.0.2.99`);
    expect(await spent("203.0.113.200, 192.0.2.99")).toBe(true);
    await exhaustFrom((i) => `not an address ${i}`);
    expect(await spent("nor this")).toBe(true);
  });

  test("14: without a trusted proxy X-Forwarded-For says nothing", async () => {
    const direct = await TestApp.start({ LOGIN_ATTEMPTS_PER_IP: "3" });
    const answers = [];
    for (let i = 0; i < 5; i++) {
      answers.push(await login(direct, newEmail(), WRONG, { headers: { "x-forwarded-for": newNetwork() } }));
    }
    expect(typesOf(answers)).toEqual({ InvalidCredentials: 3, TooManyAttempts: 2 });
  });

  test("signups of one network are limited; a form with faults in it does not count", async () => {
    const closed = await TestApp.start({ SIGNUPS_PER_IP: "3" });
    for (let i = 0; i < 5; i++)
      expect((await signup(closed, { email: "broken" })).__typename).toBe("InvalidInput");
    const answers = await Promise.all(Array.from({ length: 6 }, () => signup(closed)));
    expect(typesOf(answers)).toEqual({ AuthPayload: 3, TooManyAttempts: 3 });
  });

  test("49: what is shed is shed before any look-up and counts as no attempt", async () => {
    const small = await TestApp.start({
      LOGIN_ATTEMPTS_PER_ACCOUNT: "3",
      HASH_CONCURRENCY: "1",
      HASH_QUEUE: "0",
    });
    const { email } = await signedUp(small);
    const atWork = Promise.withResolvers<void>();
    const admitted = Promise.withResolvers<void>();
    const run = HashPool.prototype.run;
    jest.spyOn(HashPool.prototype, "run").mockImplementationOnce(async function (this: HashPool, ...args) {
      admitted.resolve();
      await atWork.promise;
      return run.apply(this, args);
    });
    const first = login(small, email, WRONG);
    await admitted.promise;
    small.statements.length = 0;
    for (let i = 0; i < 5; i++) {
      const { body } = await small.graphql(LOGIN, {
        variables: { input: { identifier: email, password: WRONG } },
      });
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
    }
    expect(small.statements.filter((sql) => /users|sessions|attempt_counters/.test(sql))).toEqual([]);
    atWork.resolve();
    expect((await first).__typename).toBe("InvalidCredentials");
    expect((await login(small, email)).__typename).toBe("AuthPayload");
  });
});
