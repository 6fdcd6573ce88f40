import { loggedIn, ME, newEmail, PASSWORD, SIGNUP, signedUp } from "../support/journeys.js";
import { exchange, rawHead, rawPost } from "../support/raw-http.js";
import { TestApp } from "../support/test-app.js";

/** Whatever a form or a `no-cors` fetch can send, and what a lenient parser might take for JSON. */
const NOT_JSON = [
  "text/plain",
  "text/plain;charset=UTF-8",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "text/plain; application/json",
  'text/plain; x="application/json"',
  "text/plain, application/json",
  "application/json, text/plain",
  "application/jsonx",
  "application/json+x",
  "application/graphql",
  "application /json",
  "text/json",
  "json",
  "*/*",
  "",
];

describe("what other sites make browsers send", () => {
  let app: TestApp;
  let https: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: "https://app.test" });
    https = await TestApp.start({ PUBLIC_URL: "https://latchkey.test", CORS_ORIGINS: "https://app.test" });
  });

  const accounts = async (email: string) =>
    (await app.execute(`select id from users where email = '${email}'`)).length;

  test.each(NOT_JSON)('41: a mutation as "%s" is refused and not done', async (type) => {
    const email = newEmail();
    const body = JSON.stringify({ query: SIGNUP, variables: { input: { email, password: PASSWORD } } });
    const answer = await exchange(app, rawPost({ headers: { "content-type": type }, body }));
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.body).errors[0].extensions.code).toBe("BAD_REQUEST");
    expect(await accounts(email)).toBe(0);
  });

  test("41: neither does it without a type, nor as a file of a form", async () => {
    const email = newEmail();
    const body = JSON.stringify({ query: SIGNUP, variables: { input: { email, password: PASSWORD } } });
    expect((await exchange(app, rawPost({ headers: {}, body }))).status).toBe(415);
    const form = new FormData();
    form.set("operations", body);
    form.set("map", "{}");
    expect((await fetch(`${app.url}/graphql`, { method: "POST", body: form })).status).toBe(415);
    const blob = new Blob([body]);
    expect((await fetch(`${app.url}/graphql`, { method: "POST", body: blob })).status).toBe(415);
    expect(await accounts(email)).toBe(0);
  });

  test("41: a GET runs no mutation, whatever else it says", async () => {
    const email = newEmail();
    const mutation = `mutation M { signup(input: { email: "${email}", password: "${PASSWORD}" }) { __typename } }`;
    const both = `query Q { __typename } ${mutation}`;
    const searches: Record<string, string>[] = [{ query: mutation }, { query: both, operationName: "M" }];
    for (const search of searches) {
      for (const headers of [
        {},
        { "x-http-method-override": "POST" },
        { "content-type": "application/json" },
      ]) {
        const url = `${app.url}/graphql?${new URLSearchParams(search)}`;
        const answer = await fetch(url, { headers: { "apollo-require-preflight": "1", ...headers } });
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
      }
    }
    const posted = await exchange(
      app,
      rawPost({ body: "{}" }).replace("/graphql", `/graphql?${new URLSearchParams({ query: mutation })}`),
    );
    expect(posted.status).toBe(400);
    expect(await accounts(email)).toBe(0);
  });

  test("41: a GET without what a browser asks about first runs no query", async () => {
    const get = (headers: Record<string, string>) =>
      exchange(app, rawHead(`GET /graphql?query=${encodeURIComponent(ME)}`, headers));
    const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
    const sent: Record<string, string>[] = types.map((type) => ({ "content-type": type }));
    for (const headers of [{}, { "apollo-require-preflight": "" }, ...sent]) {
      const answer = await get(headers);
      expect(answer.status).toBe(400);
      expect(answer.body).toContain("CSRF");
    }
    expect((await get({ "x-apollo-operation-name": "Me" })).status).toBe(200);
  });

  test("42: the cookie is __Host-, Secure, HttpOnly and SameSite with TLS, and has another name without", async () => {
    const attributes = "Max-Age=34560000; Path=/; HttpOnly";
    const signupOn = async (on: TestApp) => {
      const variables = { input: { email: newEmail(), password: PASSWORD } };
      return (await on.graphql(SIGNUP, { variables })).headers.getSetCookie();
    };
    expect(await signupOn(https)).toEqual([
      expect.stringMatching(
        new RegExp(`^__Host-latchkey-device=[^;]+; ${attributes}; Secure; SameSite=Lax$`),
      ),
    ]);
    expect(await signupOn(app)).toEqual([
      expect.stringMatching(new RegExp(`^latchkey-device=[^;]+; ${attributes}; SameSite=Lax$`)),
    ]);
  });

  test("42: a foreign origin is refused as soon as one of our cookies comes with it", async () => {
    const { email } = await signedUp(https);
    const attempt = async (headers: Record<string, string>) => {
      const body = JSON.stringify({ query: "{ __typename }" });
      return (
        await exchange(https, rawPost({ headers: { "content-type": "application/json", ...headers }, body }))
      ).status;
    };
    for (const cookie of [
      "__Host-latchkey-device=x",
      "a=b; latchkey-device=",
      "a=b;__Host-latchkey-anything=1",
    ]) {
      for (const origin of [
        "https://evil.test",
        "null",
        "http://latchkey.test",
        "https://latchkey.test:8443",
        "https://latchkey.test.evil",
      ]) {
        expect([origin, await attempt({ origin, cookie })]).toEqual([origin, 403]);
        expect(await attempt({ origin, cookie, "sec-fetch-site": "cross-site" })).toBe(403);
        expect(await attempt({ origin, cookie, "sec-fetch-site": "same-site" })).toBe(403);
      }
      for (const origin of ["https://latchkey.test", "https://app.test"])
        expect(await attempt({ origin, cookie })).toBe(200);
      // Our own page under a name of its own, such as Sandbox at 127.0.0.1; and no browser at all.
      expect(
        await attempt({ origin: "http://127.0.0.1:4000", cookie, "sec-fetch-site": "same-origin" }),
      ).toBe(200);
      expect(await attempt({ cookie })).toBe(200);
    }
    expect(await attempt({ origin: "https://evil.test", cookie: "other=1; xlatchkey-device=1" })).toBe(200);
    expect((await loggedIn(https, email)).email).toBe(email);
  });
});
