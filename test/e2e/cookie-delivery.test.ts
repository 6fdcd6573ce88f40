import { CookieClient } from "../support/cookie-client.js";
import { LOGIN, newEmail, PASSWORD, REFRESH, signedUp, stateOf } from "../support/journeys.js";
import { addPasskey, FINISH_PASSKEY_LOGIN, startCeremony } from "../support/passkey-logins.js";
import { TestApp } from "../support/test-app.js";

const TOKEN = /eyJ[\w-]{10,}\.[\w-]+\.[\w-]+/g;

describe("cookie delivery", () => {
  let app: TestApp;
  let https: TestApp;
  let client: CookieClient;

  beforeAll(async () => {
    app = await TestApp.start();
    https = await TestApp.start({ PUBLIC_URL: "https://latchkey.test" });
  });

  beforeEach(() => {
    client = new CookieClient(app);
  });

  const signedIn = async () => {
    const email = newEmail();
    return { email, ...(await client.signUp(email)) };
  };

  test("42: the refresh token is in no body, of signup, login and refresh", async () => {
    const { email } = await signedIn();
    const asks = [
      () => client.ask(LOGIN, { input: { identifier: email, password: PASSWORD, tokenDelivery: "COOKIE" } }),
      () => client.ask(REFRESH),
    ];
    for (const ask of asks) {
      const { body } = await ask();
      const [payload] = Object.values(body.data) as [Record<string, unknown>];
      expect(payload).toMatchObject({ __typename: "AuthPayload", refreshToken: null });
      // The access token is all that looks like one.
      expect(JSON.stringify(body).match(TOKEN)).toEqual([payload.accessToken]);
      expect(client.refreshCookie).toMatch(TOKEN);
    }
  });

  test("42: its cookie is __Host-, Secure, HttpOnly and SameSite=Strict with TLS, and another one without", async () => {
    const expected = { httpOnly: true, sameSite: "strict", path: "/", maxAge: expect.closeTo(2_592_000, -1) };
    const secure = new CookieClient(https);
    await secure.signUp(newEmail());
    const named = (name: string) => ({ name, value: expect.stringMatching(TOKEN), ...expected });
    expect(secure.latest).toContainEqual({ ...named("__Host-latchkey-refresh"), secure: true });
    await client.signUp(newEmail());
    expect(client.latest).toContainEqual(named("latchkey-refresh"));
    // The one that devices are known by goes along.
    expect(client.latest.map(({ name }) => name)).toEqual(["latchkey-device", "latchkey-refresh"]);
  });

  test("42: it lives as long as the session: no longer than SESSION_MAX_SECONDS after the login", async () => {
    const brief = await TestApp.start({ SESSION_IDLE_SECONDS: "100", SESSION_MAX_SECONDS: "150" });
    brief.stopClock();
    const visitor = new CookieClient(brief);
    await visitor.signUp(newEmail());
    expect(visitor.latest.at(-1)?.maxAge).toBe(100);
    brief.advanceSeconds(80);
    expect(await visitor.refresh()).toMatchObject({ __typename: "AuthPayload" });
    expect(visitor.latest.at(-1)?.maxAge).toBe(70);
  });

  test("18, 42: refreshing without an argument takes the cookie, and puts the next one in its place", async () => {
    const { session } = await signedIn();
    const first = client.refreshCookie;
    const next = await client.refresh();
    expect(next).toMatchObject({ __typename: "AuthPayload", session: { id: session.id } });
    expect(client.refreshCookie).not.toBe(first);
    expect(await stateOf(app, next.accessToken)).toBe("alive");
  });

  test("19: an answer that was lost, its cookie with it, is got once more", async () => {
    await signedIn();
    const before = new Map(client.jar);
    await client.refresh();
    const successor = client.refreshCookie;
    client.jar.clear();
    for (const [name, value] of before) client.jar.set(name, value);
    expect(await client.refresh()).toMatchObject({ __typename: "AuthPayload" });
    expect(client.refreshCookie).toBe(successor);
  });

  test("an argument is body delivery, whatever cookie comes along", async () => {
    await signedIn();
    const other = await signedUp(app);
    const cookie = client.refreshCookie;
    const answer = await client.refresh(other.refreshToken);
    expect(answer).toMatchObject({ session: { id: other.sessionId }, refreshToken: expect.any(String) });
    expect([client.latest, client.refreshCookie]).toEqual([[], cookie]);
  });

  test("25, 42: logout ends the session of the cookie and clears it, and can be repeated", async () => {
    const { accessToken } = await signedIn();
    const dead = client.refreshCookie ?? "";
    expect(await client.logOut()).toBe(true);
    const [cleared] = client.latest;
    expect(cleared).toEqual({
      name: "latchkey-refresh",
      value: "",
      maxAge: 0,
      path: "/",
      httpOnly: true,
      sameSite: "strict",
    });
    expect([client.refreshCookie, await stateOf(app, accessToken)]).toEqual([undefined, "SESSION_REVOKED"]);
    expect(await client.logOut()).toBe(false);
    // That of a session which has ended is cleared as well.
    client.jar.set("latchkey-refresh", dead);
    expect([await client.logOut(), client.refreshCookie]).toEqual([false, undefined]);
  });

  test("22: logout with the cookie of one session and the bearer token of another ends both", async () => {
    const { accessToken } = await signedIn();
    const other = await signedUp(app);
    expect(await client.logOut(other.accessToken)).toBe(true);
    for (const token of [accessToken, other.accessToken])
      expect(await stateOf(app, token)).toBe("SESSION_REVOKED");
  });

  test("logout with a refresh token as its argument leaves the cookie's session alone", async () => {
    const { accessToken } = await signedIn();
    const { refreshToken } = await signedUp(app);
    const { body } = await client.ask("mutation ($token: String) { logout(refreshToken: $token) }", {
      token: refreshToken,
    });
    expect([body.data.logout, client.latest, await stateOf(app, accessToken)]).toEqual([true, [], "alive"]);
  });

  test("several operations in one request see the cookie as the one before has left it", async () => {
    const { email, session } = await signedIn();
    const two = "mutation { a: refreshTokens { ... on AuthPayload { session { id } } } b: logout }";
    expect((await client.ask(two)).body.data).toEqual({ a: { session: { id: session.id } }, b: true });
    expect([client.latest.length, client.refreshCookie]).toEqual([1, undefined]);
    const input = `{ identifier: "${email}", password: "${PASSWORD}", tokenDelivery: COOKIE }`;
    const three = `mutation {
      a: logout b: login(input: ${input}) { __typename }
      c: refreshTokens { __typename ... on AuthPayload { refreshToken } }
    }`;
    expect((await client.ask(three)).body.data).toEqual({
      a: false,
      b: { __typename: "AuthPayload" },
      c: { __typename: "AuthPayload", refreshToken: null },
    });
    expect(client.latest.map(({ name }) => name)).toEqual(["latchkey-device", "latchkey-refresh"]);
    expect(await client.refresh()).toMatchObject({ __typename: "AuthPayload" });
  });

  test("42: a login by passkey puts it into the cookie, too, and not into the body", async () => {
    const { accessToken } = await signedIn();
    const { authenticator } = await addPasskey(app, accessToken);
    const { ceremonyId, options } = await startCeremony(app, "startPasskeyLogin");
    const input = { ceremonyId, response: authenticator.answer(options), tokenDelivery: "COOKIE" };
    const visitor = new CookieClient(app);
    const { body } = await visitor.ask(FINISH_PASSKEY_LOGIN, { input });
    expect(body.data.result).toMatchObject({ __typename: "AuthPayload", refreshToken: null });
    expect(await visitor.refresh()).toMatchObject({ session: { id: body.data.result.session.id } });
  });

  test("43: an answer that sets it is not stored by anybody on the way", async () => {
    await signedIn();
    expect((await client.ask(REFRESH)).headers.get("cache-control")).toBe("no-store");
  });
});
