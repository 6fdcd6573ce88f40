import { User } from "../../src/modules/user/user.entity.js";
import {
  errorOf,
  LOGIN,
  loggedIn,
  newEmail,
  PASSWORD,
  REFRESH,
  SIGNUP,
  signedUp,
  signup,
} from "../support/journeys.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";

/** As text: in JSON, unlike in a script, "__proto__" is a name like any other. */
const UNDECLARED = [
  '"role": "ADMIN"',
  '"id": "1"',
  '"status": "DISABLED"',
  '"emailVerified": true',
  '"email_verified": true',
  '"passwordHash": "none"',
  '"totpEnabled": true',
  '"createdAt": null',
  '"__proto__": { "role": "ADMIN" }',
  '"constructor": { "prototype": { "role": "ADMIN" } }',
];

describe("hostile input", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  describe.each([
    ["signup", "SignupInput", () => ({ email: newEmail(), password: PASSWORD })],
    ["updateProfile", "UpdateProfileInput", () => ({ name: "Eve" })],
  ])("45: what the input of %s does not declare", (field, type, newInput) => {
    const foreign = field === "signup" ? '"picture": "https://example.org"' : '"email": "eve@example.org"';

    test.each([...UNDECLARED, foreign])("changes nothing: %s", async (extra) => {
      const { accessToken: token } = await signedUp(app);
      const before = await allUsers();
      const input = JSON.stringify(newInput()).replace("}", `, ${extra}}`);
      const query = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`;
      const smuggled = await app.post(
        `{ "query": ${JSON.stringify(query)}, "variables": { "input": ${input} } }`,
        { "content-type": "application/json", authorization: `Bearer ${token}` },
      );
      expect(smuggled.status).toBe(400);
      const literal = input.replace(/"(\w+)":/g, "$1:");
      const written = await app.graphql(`mutation { ${field}(input: ${literal}) { __typename } }`, { token });
      expect([written.status, errorOf(written)?.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
      expect(await allUsers()).toEqual(before);
    });

    test("and without it, it works", async () => {
      const { accessToken: token } = await signedUp(app);
      const query = `mutation ($input: ${type}!) { ${field}(input: $input) { __typename } }`;
      const before = await allUsers();
      const answer = await app.graphql(query, { variables: { input: newInput() }, token });
      expect(answer.body.data[field].__typename).toMatch(/^(AuthPayload|User)$/);
      expect(await allUsers()).not.toEqual(before);
    });
  });

  const allUsers = () => app.orm.em.fork().find(User, {}, { orderBy: { id: "asc" } });

  test("46: any string in any String argument is no 5xx, and what is stored comes back exactly", async () => {
    const { accessToken: token } = await signedUp(app);
    for (const text of NASTY_STRINGS) {
      const attempts = [
        [LOGIN, { input: { identifier: text, password: text, code: text } }],
        [REFRESH, { token: text }],
        ["mutation ($s: String) { logout(refreshToken: $s) }", { s: text }],
        ["mutation ($s: ID!) { revokeSession(id: $s) }", { s: text }],
        [
          "mutation ($s: String) { reauthenticate(input: { password: $s, code: $s }) { __typename } }",
          { s: text },
        ],
        [
          SIGNUP,
          { input: { email: text, password: text, username: text, name: text, passwordConfirmation: text } },
        ],
      ] as const;
      for (const [query, variables] of attempts) {
        const isLogout = query.includes("logout");
        const { status, body } = await app.graphql(query, isLogout ? { variables } : { variables, token });
        expect([status, errorOf({ body })]).toEqual([200, undefined]);
      }
      const named = await signup(app, { name: text });
      if (named.__typename === "InvalidInput") expect(named.fields[0].field).toBe("name");
      else
        expect((await app.graphql("{ me { name } }", { token: named.accessToken })).body.data.me.name).toBe(
          text,
        );
      const withPassword = await signup(app, { password: `${text} and a bit more` });
      if (withPassword.__typename === "AuthPayload") {
        const { email } = withPassword.user;
        const variables = { input: { identifier: email, password: `${text} and a bit more` } };
        expect((await app.graphql(LOGIN, { variables })).body.data.login.__typename).toBe("AuthPayload");
      }
    }
  });

  test("46: a User-Agent of any length and a spoofed X-Forwarded-For are recorded for what they are", async () => {
    const { email } = await signedUp(app);
    const headers = { "user-agent": "x".repeat(5000), "x-forwarded-for": "6.6.6.6" };
    const { accessToken: token } = await loggedIn(app, email, { headers });
    const { sessions } = (await app.graphql("{ me { sessions { ipAddress userAgent device } } }", { token }))
      .body.data.me;
    expect(sessions[0]).toEqual({ ipAddress: "127.0.0.1", userAgent: "x".repeat(256), device: null });

    const behindProxy = await TestApp.start({ TRUST_PROXY: "1" });
    const forwarded = { "x-forwarded-for": "6.6.6.6, ::ffff:203.0.113.7" };
    const account = await signup(behindProxy, {}, { headers: forwarded });
    expect(account.session.ipAddress).toBe("203.0.113.7");
    const nonsense = await signup(behindProxy, {}, { headers: { "x-forwarded-for": "<script>" } });
    expect(nonsense.session.ipAddress).toBeNull();
  });
});
