import { newEmail, PASSWORD, REFRESH, SIGNUP } from "../support/journeys.js";
import { exchange, rawHead, rawPost } from "../support/raw-http.js";
import { TestApp } from "../support/test-app.js";

const EVERYWHERE = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};
const POLICY = "default-src 'none'; frame-ancestors 'none'";

describe("security headers", () => {
  let app: TestApp;
  let https: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    https = await TestApp.start({ PUBLIC_URL: "https://latchkey.test", CORS_ORIGINS: "https://app.test" });
  });

  const preflight = { origin: "https://app.test", "access-control-request-method": "POST" };
  const ANSWERS = [
    [200, "an answer", rawPost()],
    [200, "liveness", rawHead("GET /health")],
    [200, "readiness", rawHead("HEAD /ready")],
    [200, "the keys", rawHead("GET /.well-known/jwks.json")],
    [400, "a refusal of Apollo's", rawPost({ body: "[]" })],
    [400, "a refusal of the parser's", "NONSENSE\r\n\r\n"],
    [400, "a path that cannot be decoded", rawHead("GET /%zz")],
    [400, "no Host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
    [404, "nothing", rawHead("GET /nowhere")],
    [405, "a wrong method", rawHead("PUT /graphql")],
    [413, "a body too large", rawPost({ body: "x".repeat(70_000) })],
    [415, "a form", rawPost({ headers: { "content-type": "text/plain" } })],
    [431, "long headers", rawHead("GET /", { x: "x".repeat(20_000) })],
    [
      200,
      "an answer to whoever has to ask first",
      rawPost({ headers: { "content-type": "application/json", expect: "100-continue" } }),
    ],
    [204, "a preflight", rawHead("OPTIONS /graphql", preflight)],
  ] as const;

  test.each(ANSWERS)("43: %i for %s has them all", async (status, name, request) => {
    const { status: actual, headers } = await exchange(https, request);
    expect(actual).toBe(status);
    expect(Object.fromEntries(headers)).toMatchObject({
      ...EVERYWHERE,
      "content-security-policy": POLICY,
      "strict-transport-security": "max-age=63072000",
      "cache-control": name === "the keys" ? "public, max-age=300" : "no-store",
    });
    for (const telling of ["server", "x-powered-by", "via", "etag"]) expect(headers.has(telling)).toBe(false);
  });

  test("43: a fault of ours has them, too", async () => {
    const broken = await TestApp.start();
    const readiness = await exchange(broken, rawHead("GET /ready"));
    await broken.execute("delete from mikro_orm_migrations");
    const answer = await exchange(broken, rawHead("GET /ready"));
    expect([readiness.status, answer.status]).toEqual([200, 503]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...EVERYWHERE,
      "content-security-policy": POLICY,
    });
  });

  test("43: whatever carries tokens is no-store, also where Apollo Server has an opinion", async () => {
    const variables = { input: { email: newEmail(), password: PASSWORD } };
    const signup = await app.graphql(SIGNUP, { variables });
    const token = signup.body.data.signup.refreshToken;
    const refreshed = await app.graphql(REFRESH, { variables: { token } });
    const persisted = await app.post(
      JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: "a" } } }),
    );
    expect(refreshed.body.data.refreshTokens.__typename).toBe("AuthPayload");
    for (const { headers } of [signup, refreshed, persisted]) {
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("TLS is demanded of browsers only where PUBLIC_URL has it", async () => {
    for (const request of [rawHead("GET /health"), "NONSENSE\r\n\r\n"]) {
      expect((await exchange(app, request)).headers.has("strict-transport-security")).toBe(false);
    }
  });

  test("Sandbox may load what it needs, and nobody may frame it", async () => {
    const page = await fetch(`${app.url}/graphql`, { headers: { accept: "text/html" } });
    expect(Object.fromEntries(page.headers)).toMatchObject({ ...EVERYWHERE, "cache-control": "no-store" });
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    // Its own policy, in the page, names its scripts, styles and frames: ours may not forbid them.
    expect(policy).not.toMatch(/(default|script|style|img|font|frame|child|connect|manifest)-src/);
    expect(await page.text()).toMatch(
      /http-equiv="Content-Security-Policy" content="script-src [^"]*frame-src /,
    );
  });
});
