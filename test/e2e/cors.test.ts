import { beginPost, exchange, rawHead, rawPost } from "../support/raw-http.js";
import { TestApp } from "../support/test-app.js";

const LISTED = "https://app.example.org";
const FOREIGN = [
  "https://app.example.org.evil.test",
  "https://evil.test/https://app.example.org",
  "https://evilapp.example.org",
  "https://app.example.orgevil",
  "https://app-example.org",
  "https://example.org",
  "https://sub.app.example.org",
  "http://app.example.org",
  "https://app.example.org:8443",
  "https://app.example.org:443",
  "https://app.example.org/",
  "https://app.example.org, https://evil.test",
  "HTTPS://APP.EXAMPLE.ORG",
  "app.example.org",
  "null",
  "*",
  "",
];

describe("42: CORS", () => {
  let app: TestApp;
  let closed: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: `${LISTED},http://localhost:5173` });
    closed = await TestApp.start();
  });

  const JSON_FROM = (origin: string) => ({ "content-type": "application/json", origin });
  const corsHeaders = ({ headers }: { headers: Headers }) =>
    [...headers.keys()].filter((name) => name.startsWith("access-control-"));
  const preflightFrom = (origin: string, method = "POST") =>
    rawHead("OPTIONS /graphql", {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "content-type, x-anything",
    });

  test.each([LISTED, "http://localhost:5173"])(
    "scripts of %s, which is listed, may ask and read",
    async (origin) => {
      const preflight = await exchange(app, preflightFrom(origin));
      expect(preflight.status).toBe(204);
      expect(Object.fromEntries(preflight.headers)).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "content-type, x-anything",
        "access-control-max-age": "600",
        vary: "Origin, Access-Control-Request-Headers",
      });
      const answer = await exchange(app, rawPost({ headers: JSON_FROM(origin) }));
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "retry-after, x-request-id",
        vary: "Origin",
      });
    },
  );

  test.each(FOREIGN)('scripts of "%s" may not, and are told nothing', async (origin) => {
    const preflight = await exchange(app, preflightFrom(origin));
    expect(preflight.status).toBe(405);
    expect(JSON.parse(preflight.body).errors[0].message).toMatch(/CORS_ORIGINS does not list it/);
    const answer = await exchange(app, rawPost({ headers: JSON_FROM(origin) }));
    for (const { headers } of [preflight, answer]) {
      expect(corsHeaders({ headers })).toEqual([]);
      expect(headers.get("vary")).toBe("Origin");
    }
  });

  test("two origins in two headers are none", async () => {
    const request = rawPost({ headers: { ...JSON_FROM(LISTED), Origin: "https://evil.test" } });
    expect(corsHeaders(await exchange(app, request))).toEqual([]);
  });

  test("an answer without an Origin varies by it, too, so that no cache hands it to a listed one", async () => {
    const answer = await exchange(app, rawHead("GET /.well-known/jwks.json"));
    expect(answer.headers.get("vary")).toBe("Origin");
    expect(corsHeaders(answer)).toEqual([]);
  });

  test("without CORS_ORIGINS there is no trace of CORS, for the public keys neither", async () => {
    for (const request of [
      preflightFrom(LISTED),
      preflightFrom("null"),
      rawPost({ headers: JSON_FROM(LISTED) }),
      rawHead("GET /.well-known/jwks.json", { origin: LISTED }),
    ]) {
      const answer = await exchange(closed, request);
      expect(corsHeaders(answer)).toEqual([]);
      expect(answer.headers.has("vary")).toBe(false);
    }
  });

  const FAULTS = [
    [400, rawPost({ headers: JSON_FROM(LISTED), body: "{" })],
    [400, rawHead("GET /%zz", { origin: LISTED })],
    [400, rawHead("GET /graphql?query={__typename}", { origin: LISTED })],
    [404, rawHead("GET /nowhere", { origin: LISTED })],
    [405, rawHead("PUT /graphql", { origin: LISTED })],
    [406, rawPost({ headers: { ...JSON_FROM(LISTED), accept: "image/png" } })],
    [413, rawPost({ headers: JSON_FROM(LISTED), body: "x".repeat(70_000) })],
    [415, rawPost({ headers: { origin: LISTED, "content-type": "text/plain" } })],
  ] as const;

  test.each(FAULTS)("a listed application can read the code of a %i", async (status, request) => {
    const answer = await exchange(app, request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(JSON.parse(answer.body).errors[0].extensions.code).toBe("BAD_REQUEST");
  });

  test("a listed application learns of a stopping server what to do: preflights are answered to the end", async () => {
    const stopping = await TestApp.start({ CORS_ORIGINS: LISTED });
    const finish = await beginPost(stopping);
    const closing = stopping.close();
    const [preflight, answer] = await Promise.all([
      exchange(stopping, preflightFrom(LISTED)),
      exchange(stopping, rawPost({ headers: JSON_FROM(LISTED) })),
    ]);
    expect([preflight.status, answer.status]).toEqual([204, 503]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": LISTED,
      "access-control-expose-headers": expect.stringContaining("retry-after"),
      "retry-after": "2",
    });
    expect((await finish()).status).toBe(200);
    await closing;
  });
});
