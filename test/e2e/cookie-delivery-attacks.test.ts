import { CookieClient } from "../support/cookie-client.js";
import { newEmail, PASSWORD, REFRESH, refresh, signedUp, stateOf } from "../support/journeys.js";
import { exchange, rawPost } from "../support/raw-http.js";
import { codeAt, totpOn, wrongCodeAt } from "../support/second-factor.js";
import { TestApp } from "../support/test-app.js";

const LISTED = "https://app.latchkey.test";
const TOKEN = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g;

describe("cookie delivery, attacked", () => {
  let app: TestApp;
  let https: TestApp;
  let client: CookieClient;

  beforeAll(async () => {
    app = await TestApp.start();
    https = await TestApp.start({ PUBLIC_URL: "https://latchkey.test", CORS_ORIGINS: LISTED });
  });

  beforeEach(() => {
    client = new CookieClient(app);
  });

  const signedIn = async () => {
    const email = newEmail();
    return { email, ...(await client.signUp(email)) };
  };

  test("18: a copy of the cookie that comes back after the grace ends the session", async () => {
    const { accessToken } = await signedIn();
    const thief = new CookieClient(app);
    for (const [name, value] of client.jar) thief.jar.set(name, value);
    await client.refresh();
    app.advanceSeconds(11);
    expect(await thief.refresh()).toMatchObject({ __typename: "InvalidToken", reason: "USED" });
    expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
  });

  test("19: a refusal leaves the cookie alone, which another tab may have put there meanwhile", async () => {
    const { accessToken } = await signedIn();
    await app.graphql("mutation { logout }", { token: accessToken });
    expect(await client.refresh()).toMatchObject({ __typename: "InvalidToken", reason: "REVOKED" });
    expect(client.latest).toEqual([]);
  });

  test.each(["", "x", "eyJhbGciOiJub25lIn0.e30."])("20: %j instead of it is no token", async (value) => {
    await signedIn();
    client.jar.set("latchkey-refresh", value);
    expect(await client.refresh()).toMatchObject({ __typename: "InvalidToken", reason: "MALFORMED" });
  });

  test("30: neither the cookie of devices nor an access token stands in for it", async () => {
    const { accessToken } = await signedIn();
    for (const value of [client.jar.get("latchkey-device") ?? "", accessToken]) {
      client.jar.set("latchkey-refresh", value);
      expect(await client.refresh()).toMatchObject({ reason: "MALFORMED" });
    }
  });

  test("37: the password alone sets no cookie where a second factor is on", async () => {
    const { email, accessToken } = await signedIn();
    const { secret } = await totpOn(app, { accessToken });
    const other = new CookieClient(app);
    expect(await other.logIn(email)).toMatchObject({ __typename: "MfaRequired" });
    expect(await other.logIn(email, { code: wrongCodeAt(secret, app.now) })).toMatchObject({
      __typename: "InvalidCode",
    });
    expect(other.jar.size).toBe(0);
    expect(await other.logIn(email, { code: codeAt(secret, app.now) })).toMatchObject({ refreshToken: null });
    expect(other.refreshCookie).toMatch(TOKEN);
  });

  test("42: with the cookie a foreign origin gets 403, and neither refreshes nor logs out", async () => {
    const visitor = new CookieClient(https);
    const { accessToken } = await visitor.signUp(newEmail());
    const cookie = `__Host-latchkey-refresh=${visitor.refreshCookie}`;
    const attack = (headers: Record<string, string>, query: string) =>
      exchange(
        https,
        rawPost({
          headers: { "content-type": "application/json", cookie, ...headers },
          body: JSON.stringify({ query }),
        }),
      );
    for (const query of ["mutation { refreshTokens { __typename } }", "mutation { logout }"]) {
      for (const origin of [
        "https://evil.test",
        "null",
        "https://evil.latchkey.test",
        "http://latchkey.test",
      ]) {
        for (const site of ["cross-site", "same-site", "none"]) {
          const answer = await attack({ origin, "sec-fetch-site": site }, query);
          expect([origin, answer.status]).toEqual([origin, 403]);
          expect([
            answer.headers.get("set-cookie"),
            answer.headers.get("access-control-allow-origin"),
          ]).toEqual([null, null]);
        }
      }
    }
    expect(await stateOf(https, accessToken)).toBe("alive");
    const fromOurs = await attack({ origin: LISTED }, REFRESH);
    expect([fromOurs.status, fromOurs.headers.get("access-control-allow-credentials")]).toEqual([
      200,
      "true",
    ]);
    // Not moved on by any of the attacks: that was its first step.
    const [row] = await https.execute("select max(generation) as generation from sessions");
    expect(Number(row?.generation)).toBe(2);
  });

  test("with COOKIE_DELIVERY=false it is refused before anything is done, and no cookie is looked at", async () => {
    const without = await TestApp.start({ COOKIE_DELIVERY: "false" });
    const settings = "{ authSettings { cookieDeliveryEnabled } }";
    const offered = async (of: TestApp) => (await of.graphql(settings)).body.data.authSettings;
    expect(await offered(without)).toEqual({ cookieDeliveryEnabled: false });
    expect(await offered(app)).toEqual({ cookieDeliveryEnabled: true });
    const account = await signedUp(without);
    const visitor = new CookieClient(without);
    for (const [field, input] of [
      ["signup", { email: newEmail(), password: PASSWORD }],
      ["login", { identifier: account.email, password: PASSWORD }],
    ] as const) {
      const type = `${field === "signup" ? "Signup" : "Login"}Input!`;
      const query = `mutation ($input: ${type}) { ${field}(input: $input) { __typename } }`;
      const answer = await visitor.ask(query, { input: { ...input, tokenDelivery: "COOKIE" } });
      expect(answer.body.errors?.[0]).toMatchObject({
        message: expect.stringContaining("cookie delivery"),
        extensions: { code: "BAD_USER_INPUT" },
      });
      expect(await without.execute("select id from users")).toHaveLength(1);
    }
    expect(visitor.jar.size).toBe(0);
    visitor.jar.set("latchkey-refresh", account.refreshToken);
    expect(await visitor.refresh()).toMatchObject({ reason: "MALFORMED" });
    expect([await visitor.logOut(), await stateOf(without, account.accessToken)]).toEqual([false, "alive"]);
    expect(await refresh(without, account.refreshToken)).toMatchObject({ __typename: "AuthPayload" });
  });
});
