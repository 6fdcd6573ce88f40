import { decodePart } from "../support/forge.js";
import { newEmail, PASSWORD, SIGNUP } from "../support/journeys.js";
import { exchange, JSON_TYPE, rawHead, rawPost } from "../support/raw-http.js";
import { TestApp } from "../support/test-app.js";

const EVIL = "evil.test";
/** All the ways in which a request can say where it was sent to. */
const LIES = {
  host: EVIL,
  "x-forwarded-host": EVIL,
  "x-forwarded-proto": "https",
  "x-forwarded-port": "666",
  "x-forwarded-prefix": "/evil.test",
  "x-forwarded-for": "203.0.113.7",
  "x-original-url": "/evil.test",
  "x-rewrite-url": "/evil.test",
  forwarded: `for=203.0.113.7;host=${EVIL};proto=https`,
};

describe("34: where a request says it was sent to", () => {
  // Trusting a proxy with the client's address does not mean taking its word for our own.
  const apps = { "without a proxy": {}, "behind a proxy": { TRUST_PROXY: "1" } };

  describe.each(Object.entries(apps))("%s", (_name, environment) => {
    let app: TestApp;

    beforeAll(async () => {
      app = await TestApp.start(environment);
    });

    test("changes nothing in tokens and cookies", async () => {
      for (const start of ["POST /graphql", `POST https://${EVIL}/graphql`]) {
        const variables = { input: { email: newEmail(), password: PASSWORD } };
        const body = JSON.stringify({ query: SIGNUP, variables });
        const request = rawPost({ headers: { ...JSON_TYPE, ...LIES }, body });
        const answer = await exchange(app, request.replace("POST /graphql", start));
        const { accessToken, refreshToken } = JSON.parse(answer.body).data.signup;
        for (const token of [accessToken, refreshToken]) {
          expect(JSON.stringify([decodePart(token, 0), decodePart(token, 1)])).not.toContain(EVIL);
        }
        expect(decodePart(accessToken, 1)).toMatchObject({
          iss: "http://latchkey.test",
          aud: "http://latchkey.test",
        });
        expect(answer.headers.get("set-cookie")).toMatch(
          /^latchkey-device=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
        );
        expect(answer.headers.has("strict-transport-security")).toBe(false);
      }
    });

    test("shows on no page and in no answer, and redirects nowhere", async () => {
      for (const path of [
        "/graphql",
        "/graphql/",
        "/health",
        "/.well-known/jwks.json",
        "/nowhere",
        "//evil.test",
        "/\\evil.test",
      ]) {
        const answer = await exchange(
          app,
          rawHead(`GET ${path}`, { accept: "text/html,*/*;q=0.1", ...LIES }),
        );
        expect(answer.status < 300 || answer.status >= 400).toBe(true);
        expect(`${[...answer.headers].flat()} ${answer.body}`).not.toContain(EVIL);
      }
    });
  });
});

describe("34: header injection through an address", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test.each([
    "ada@example.org\r\nBcc: all@example.org",
    "ada@example.org\nBcc: all@example.org",
    "ada@example.org\r",
    "ada@example.org\n",
    "\r\nada@example.org",
    "ada\r\nBcc:all@example.org",
    "ada@example.org\u0085Bcc: all@example.org",
    "ada@example.org\u2028Bcc: all@example.org",
    "ada@example.org\v",
    "ada@example.org\0",
    "ada@example.org, all@example.org",
    "ada@example.org;all@example.org",
    "Ada <ada@example.org>",
    "<ada@example.org>",
    '"ada\\\r\n Bcc: all"@example.org',
    '"Bcc:"@example.org',
    "ada@example.org%0d%0aBcc:all@example.org",
    "ada@[127.0.0.1]",
    "ada@example.org Bcc: all",
  ])("%j is no address", async (email) => {
    const { body } = await app.graphql(SIGNUP, { variables: { input: { email, password: PASSWORD } } });
    expect(body.data.signup).toMatchObject({
      __typename: "InvalidInput",
      fields: [{ field: "email" }],
    });
  });
});
