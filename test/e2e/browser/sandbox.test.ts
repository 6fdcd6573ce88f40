import { Visit } from "../../support/browser.js";
import { newEmail, PASSWORD } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

/** In place of what Apollo's site serves: keeps what the page hands over. */
const SCRIPT = "window.EmbeddedSandbox = class { constructor(options) { window.handedOver = options; } };";

/** What Sandbox's script does in our page when somebody runs an operation: its frame may not ask by itself. */
const RUN = `(operationName, variables = handedOver.initialState.variables) => fetch(handedOver.initialEndpoint, {
  method: "POST",
  headers: { "content-type": "application/json" },
  credentials: handedOver.initialState.includeCookies ? "include" : "omit",
  body: JSON.stringify({ query: handedOver.initialState.document, operationName, variables }),
}).then((response) => response.json()).then(({ data, errors }) => data ?? errors)`;

const LOGIN = JSON.stringify({
  input: { identifier: "ada@example.org", password: "correct horse battery" },
});

describe("Apollo Sandbox", () => {
  let app: TestApp;
  let visit: Visit;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(async () => {
    visit = await Visit.begin(app.url);
    await visit.page.route(/^https:/, (route) =>
      route.request().url().startsWith("https://embeddable-sandbox.cdn.apollographql.com/")
        ? route.fulfill({ contentType: "text/javascript", body: SCRIPT })
        : route.fulfill({ body: "" }),
    );
    await visit.page.goto(`${app.url}/graphql`);
  });

  // Its icon may be asked for late.
  afterEach(() =>
    visit.forgive(
      /^a request to https:\/\/(embeddable-sandbox\.cdn|apollo-server-landing-page\.cdn|fonts)\./,
    ),
  );

  test("runs what it begins with, as it stands there", async () => {
    const signup = await visit.ask<{ signup: unknown }>(`(${RUN})("Signup")`);
    expect(signup).toMatchObject({ signup: { __typename: "AuthPayload" } });
    expect(await visit.ask(`(${RUN})("AuthSettings")`)).toMatchObject({
      authSettings: { signupEnabled: true },
    });
    expect(await visit.ask(`(${RUN})("Login", ${LOGIN})`)).toMatchObject({
      login: { __typename: "AuthPayload" },
    });
  });

  test("keeps and sends the cookies of its page, which is ours though PUBLIC_URL has another name", async () => {
    const input = { email: newEmail(), password: PASSWORD, tokenDelivery: "COOKIE" };
    expect(await visit.ask(`(${RUN})("Signup", ${JSON.stringify({ input })})`)).toMatchObject({
      signup: { __typename: "AuthPayload", refreshToken: null },
    });
    expect(await visit.ask(`(${RUN})("RefreshTokens")`)).toMatchObject({
      refreshTokens: { __typename: "AuthPayload" },
    });
    const cookies = await visit.page.context().cookies();
    expect(cookies.map(({ name }) => name).sort()).toEqual(["latchkey-device", "latchkey-refresh"]);
  });
});
