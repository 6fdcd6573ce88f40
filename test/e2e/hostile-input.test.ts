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

describe("hostile input", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  test("45: role, id, status and emailVerified in an input that does not declare them change nothing", async () => {
    for (const extra of [{ role: "ADMIN" }, { id: "1" }, { status: "DISABLED" }, { emailVerified: true }]) {
      const email = newEmail();
      const variables = { input: { email, password: PASSWORD, ...extra } };
      const answer = await app.graphql(SIGNUP, { variables });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)?.code).toBe("BAD_USER_INPUT");
      expect(await app.orm.em.fork().count(User, { email })).toBe(0);
    }
    expect((await signup(app)).user).toMatchObject({ role: "USER", status: "ACTIVE", emailVerified: false });
  });

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
