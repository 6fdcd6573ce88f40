import { jest } from "@jest/globals";
import { serviceUnavailable } from "../../src/lib/app-error.js";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { User } from "../../src/modules/user/user.entity.js";
import { attempt, exhaust, newNetwork, startLimited, WRONG } from "../support/guesses.js";
import { LOGIN, newEmail, PASSWORD, refresh, SIGNUP, signedUp, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

describe("the delay after too many attempts", () => {
  let app: TestApp;
  let instances: readonly [TestApp, ...TestApp[]];

  beforeAll(async () => {
    instances = await startLimited();
    app = instances[0];
  });

  test("15: a refused attempt costs no hash, also with the right password", async () => {
    const { email } = await signedUp(app);
    await exhaust(app, email);
    const runs = jest.spyOn(HashPool.prototype, "run");
    const admissions = jest.spyOn(HashPool.prototype, "admit");
    expect((await attempt(app, email, PASSWORD)).__typename).toBe("TooManyAttempts");
    expect(runs).not.toHaveBeenCalled();
    // Nor a place among those who hash: a flood of refused attempts must not crowd out the others' logins.
    expect(admissions).not.toHaveBeenCalled();
  });

  test("15: an attempt that could not be made does not count", async () => {
    const { email } = await signedUp(app);
    const run = jest.spyOn(HashPool.prototype, "run");
    for (let i = 0; i < 10; i++) {
      run.mockRejectedValueOnce(serviceUnavailable());
      const variables = { input: { identifier: email, password: PASSWORD } };
      const { body } = await app.graphql(LOGIN, { variables, headers: { "x-forwarded-for": newNetwork() } });
      expect(body.errors?.[0]?.extensions.code).toBe("SERVICE_UNAVAILABLE");
    }
    await exhaust(app, email);
  });

  test("15: the delay grows, ends by itself, and never becomes a lock-out", async () => {
    const { email } = await signedUp(app);
    await exhaust(app, email);
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const { retryAfter } = await retryAfterOf(email);
      waits.push(retryAfter);
      for (const instance of instances) instance.advanceSeconds(retryAfter);
      expect((await attempt(app, email)).__typename).toBe("InvalidCredentials");
    }
    expect(waits.map((seconds) => Math.round(seconds / 10) * 10)).toEqual([
      30, 60, 120, 240, 480, 900, 900, 900,
    ]);
    const { retryAfter } = await retryAfterOf(email);
    for (const instance of instances) instance.advanceSeconds(retryAfter);
    expect((await attempt(app, email, PASSWORD)).__typename).toBe("AuthPayload");
    await exhaust(app, email);
  });

  async function retryAfterOf(identifier: string): Promise<{ retryAfter: number }> {
    const query = LOGIN.replace("... on AuthError { code message }", "... on TooManyAttempts { retryAfter }");
    const variables = { input: { identifier, password: WRONG } };
    return (await app.graphql(query, { variables, headers: { "x-forwarded-for": newNetwork() } })).body.data
      .login;
  }

  test("failures are forgotten after the window, and after a right password", async () => {
    const { email } = await signedUp(app);
    for (let i = 0; i < 4; i++) await attempt(app, email);
    expect((await attempt(app, email, PASSWORD)).__typename).toBe("AuthPayload");
    for (let i = 0; i < 4; i++) await attempt(app, email);
    for (const instance of instances) instance.advanceSeconds(901);
    await exhaust(app, email);
  });

  test("15: the owner gets in past other people's failures from a device that has logged in before", async () => {
    const { email } = await signedUp(app);
    const here = { "x-forwarded-for": newNetwork() };
    const { headers } = await app.graphql(LOGIN, {
      variables: { input: { identifier: email, password: PASSWORD } },
      headers: here,
    });
    const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(headers.get("set-cookie")).toMatch(
      /^latchkey-device=[^;]+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    await exhaust(app, email);
    for (const on of instances) {
      expect((await attempt(app, email, PASSWORD, { cookie, on })).__typename).toBe("AuthPayload");
    }
    // It is a counter of its own, not a free pass, and it is good for this account only.
    for (let i = 0; i < 5; i++)
      expect((await attempt(app, email, WRONG, { cookie })).__typename).toBe("InvalidCredentials");
    expect((await attempt(app, email, WRONG, { cookie })).__typename).toBe("TooManyAttempts");
    const other = await signedUp(app);
    await exhaust(app, other.email);
    expect((await attempt(app, other.email, PASSWORD, { cookie })).__typename).toBe("TooManyAttempts");
    expect((await attempt(app, other.email, PASSWORD, { cookie: `${cookie}x` })).__typename).toBe(
      "TooManyAttempts",
    );
  });

  test("30: a device token is no access and no refresh token, and neither of those is a device token", async () => {
    for (const algorithm of ["ES256", "HS256"]) {
      const there = await TestApp.start({ JWT_ALGORITHM: algorithm, LOGIN_ATTEMPTS_PER_ACCOUNT: "5" });
      const answer = await there.graphql(SIGNUP, {
        variables: { input: { email: newEmail(), password: PASSWORD } },
      });
      const { accessToken, refreshToken, user } = answer.body.data.signup;
      const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
      const deviceToken = cookie.replace("latchkey-device=", "");
      expect(await stateOf(there, deviceToken)).toBe("INVALID_TOKEN");
      expect(await refresh(there, deviceToken)).toMatchObject({ reason: "MALFORMED" });
      expect(
        (
          await there.graphql("mutation ($t: String) { logout(refreshToken: $t) }", {
            variables: { t: deviceToken },
          })
        ).body.data.logout,
      ).toBe(false);
      const agents = { userAgent: "elsewhere" };
      for (let i = 0; i < 5; i++) await attempt(there, user.email, WRONG, agents);
      for (const token of [accessToken, refreshToken]) {
        const from = { ...agents, cookie: `latchkey-device=${token}` };
        expect((await attempt(there, user.email, PASSWORD, from)).__typename).toBe("TooManyAttempts");
      }
      expect((await attempt(there, user.email, PASSWORD, { ...agents, cookie })).__typename).toBe(
        "AuthPayload",
      );
    }
  });

  test("15: a shared device knows all its users, and none with an older password", async () => {
    const people = [await signedUp(app), await signedUp(app), await signedUp(app)] as const;
    let cookie = "";
    for (const { email } of people) {
      const { headers } = await app.graphql(LOGIN, {
        variables: { input: { identifier: email, password: PASSWORD } },
        headers: { "x-forwarded-for": newNetwork(), cookie },
      });
      cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
    }
    for (const { email } of people) {
      await exhaust(app, email);
      expect((await attempt(app, email, PASSWORD, { cookie })).__typename).toBe("AuthPayload");
    }
    const [{ email, userId }] = people;
    await app.orm.em.fork().nativeUpdate(User, { id: userId }, { passwordHash: "another" });
    expect((await attempt(app, email, WRONG, { cookie })).__typename).toBe("TooManyAttempts");
  });

  test("15: what a device has been told ends after 400 days", async () => {
    const fresh = await startLimited();
    const { email } = await signedUp(fresh[0]);
    const { headers } = await fresh[0].graphql(LOGIN, {
      variables: { input: { identifier: email, password: PASSWORD } },
    });
    const cookie = headers.get("set-cookie")?.split(";")[0] ?? "";
    const typeAfter = async (days: number) => {
      for (const instance of fresh) instance.advanceSeconds(days * 86_400);
      await exhaust(fresh[0], email);
      return (await attempt(fresh[0], email, WRONG, { cookie })).__typename;
    };
    expect(await typeAfter(399)).toBe("InvalidCredentials");
    expect(await typeAfter(2)).toBe("TooManyAttempts");
  });

  test("15: or with the User-Agent and from the network of a live session", async () => {
    const { email } = await signedUp(app);
    const home = { ip: "2001:db8:1:2::7", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0" };
    expect((await attempt(app, email, PASSWORD, home)).__typename).toBe("AuthPayload");
    await exhaust(app, email);
    const elsewhereAtHome = { ...home, ip: "2001:db8:1:2:3:4:5:6" };
    expect((await attempt(app, email, PASSWORD, elsewhereAtHome)).__typename).toBe("AuthPayload");
    expect((await attempt(app, email, PASSWORD, { ...home, userAgent: "curl" })).__typename).toBe(
      "TooManyAttempts",
    );
    expect((await attempt(app, email, PASSWORD, { ...home, ip: "2001:db8:1:3::7" })).__typename).toBe(
      "TooManyAttempts",
    );
  });

  test("reauthenticate is limited in its session, and neither logins nor other sessions suffer", async () => {
    const account = await signedUp(app);
    const query = (password: string) =>
      `mutation { reauthenticate(input: { password: "${password}" }) { __typename } }`;
    const guess = async (token: string, password = WRONG) =>
      (await app.graphql(query(password), { token })).body.data.reauthenticate.__typename;
    for (let i = 0; i < 5; i++) expect(await guess(account.accessToken)).toBe("InvalidCredentials");
    expect(await guess(account.accessToken, PASSWORD)).toBe("TooManyAttempts");
    const elsewhere = await attempt(app, account.email, PASSWORD);
    expect(await guess(elsewhere.accessToken, PASSWORD)).toBe("Session");
  });
});
