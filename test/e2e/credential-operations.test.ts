import { login, newEmail, PASSWORD, signedUp, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

describe("operations that try a credential", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const attempt = (identifier: string) =>
    `login(input: { identifier: "${identifier}", password: "a wrong one" }) { __typename }`;

  test("13: one request carries one of them: aliases, fragments and other ones do not help", async () => {
    const { email, accessToken } = await signedUp(app);
    const documents = [
      `mutation { ${times(20, (i) => `a${i}: ${attempt(email)}`)} }`,
      `mutation { ${attempt(email)} b: ${attempt(email)} }`,
      `mutation { ...A ... { ...B } } fragment A on Mutation { ${attempt(email)} } fragment B on Mutation { ...C } fragment C on Mutation { c: ${attempt(email)} }`,
      `mutation { ${attempt(email)} reauthenticate(input: { password: "x" }) { __typename } }`,
      `mutation { ${attempt(email)} signup(input: { email: "${newEmail()}", password: "${PASSWORD}" }) { __typename } }`,
      `mutation { ${times(2, (i) => `a${i}: finishPasskeyRegistration(input: { ceremonyId: "", response: {} }) { __typename }`)} }`,
      `query Q { __typename } mutation M { ${attempt(email)} b: ${attempt(email)} }`,
      `mutation ($no: Boolean = false) { ${attempt(email)} b: ${attempt(email).replace("{ __", "@include(if: $no) { __")} }`,
    ];
    for (const document of documents) {
      const answer = await app.graphql(document, { token: accessToken });
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.[0]?.message).toMatch(/^One request tries one credential/);
    }
    // Nothing was tried, and so nothing was counted.
    for (let i = 0; i < 9; i++) await login(app, email, "a wrong one");
    expect((await login(app, email)).__typename).toBe("AuthPayload");
  });

  test("13: a thousand aliased logins in one request are refused as a whole", async () => {
    const roomy = await TestApp.start({
      MAX_BODY_BYTES: "1048576",
      MAX_QUERY_TOKENS: "10000",
      MAX_ALIASES: "1000",
    });
    const { email, accessToken } = await signedUp(roomy);
    const short = await roomy.graphql(
      `mutation ($i: LoginInput!) { ${times(400, (i) => `a${i}: login(input: $i) { __typename }`)} }`,
      {
        variables: { i: { identifier: email, password: "a wrong one" } },
      },
    );
    const long = await roomy.graphql(`mutation { ${times(1000, (i) => `a${i}: ${attempt(email)}`)} }`);
    expect([short.status, long.status]).toEqual([400, 400]);
    expect(await stateOf(roomy, accessToken)).toBe("alive");
    expect((await login(roomy, email)).__typename).toBe("AuthPayload");
  });

  test("one of them goes together with anything else, and a repeated field is one", async () => {
    const { email, refreshToken } = await signedUp(app);
    const right = `login(input: { identifier: "${email}", password: "${PASSWORD}" })`;
    const { body } = await app.graphql(
      `mutation { ${right} { __typename } ${right} { ... on AuthError { code } } logout(refreshToken: "${refreshToken}") }`,
    );
    expect(body.data).toEqual({ login: { __typename: "AuthPayload" }, logout: true });
  });
});
