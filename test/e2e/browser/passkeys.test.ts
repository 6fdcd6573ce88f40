import { createServer, type Server } from "node:http";
import type { CDPSession } from "playwright-core";
import { Visit } from "../../support/browser.js";
import { mutate } from "../../support/factor-journeys.js";
import { type Account, signedUp, stateOf } from "../../support/journeys.js";
import { listenLocally } from "../../support/local-port.js";
import { readText } from "../../support/repository.js";
import { TestApp } from "../../support/test-app.js";
import { addAuthenticator } from "../../support/virtual-authenticator.js";

/** What README has frontend developers copy. */
const SAMPLE = /```js\n(const supported[\s\S]*?)```/.exec(readText("README.md"))?.[1] ?? "";

/** A page of somebody's frontend, which has nothing in it. */
async function startFrontend(): Promise<{ readonly origin: string; readonly server: Server }> {
  const server = createServer((_request, response) => {
    response
      .setHeader("content-type", "text/html")
      .end('<!doctype html><title>App</title><link rel="icon" href="data:,">');
  });
  return { server, origin: `http://localhost:${await listenLocally(server)}` };
}

describe("passkeys in a browser, on a page of another origin, by README's sample", () => {
  let frontend: { readonly origin: string; readonly server: Server };
  let app: TestApp;
  let account: Account;
  let visit: Visit;
  let cdp: CDPSession;
  let authenticatorId: string;

  beforeAll(async () => {
    frontend = await startFrontend();
    const { origin } = frontend;
    app = await TestApp.start({ PUBLIC_URL: "http://localhost:4000", CORS_ORIGINS: origin });
  });

  afterAll(() => void frontend.server.close());

  beforeEach(async () => {
    account = await signedUp(app);
    visit = await Visit.begin(frontend.origin);
    ({ cdp, authenticatorId } = await addAuthenticator(visit.page));
    await visit.page.goto(frontend.origin);
  });

  // The server is somebody else to the page, which is the point.
  afterEach(() => visit.forgive(/^a request to http:\/\/127/));

  /** Runs the sample in the page, with the access token of the account or of nobody. */
  const run = <Result>(call: string, accessToken = ""): Promise<Result> =>
    visit.ask(`(async () => {
      const gql = async (query, variables) => {
        const authorization = "Bearer ${accessToken}";
        const response = await fetch("${app.url}/graphql", {
          method: "POST",
          headers: { "content-type": "application/json", ...(${accessToken !== ""} && { authorization }) },
          body: JSON.stringify({ query, variables }),
        });
        const { data, errors } = await response.json();
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      };
      ${SAMPLE}
      if (!supported) throw new Error("This browser is too old for the sample");
      return ${call};
    })()`);

  test("38: a passkey is added, logs in, and is told apart by its name", async () => {
    const added = await run<object>('addPasskey("This laptop")', account.accessToken);
    expect(added).toMatchObject({ name: "This laptop" });
    const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: "localhost" }]);
    const payload = await run<{ accessToken: string; user: object }>("logInWithPasskey()");
    expect(payload.user).toEqual({ id: account.userId, email: account.email });
    expect(await stateOf(app, payload.accessToken)).toBe("alive");
    const { body } = await app.graphql("{ me { passkeys { name lastUsedAt } } }", {
      token: payload.accessToken,
    });
    expect(body.data.me.passkeys).toEqual([{ name: "This laptop", lastUsedAt: expect.any(String) }]);
  });

  test("38: again and again, also while the authenticator counts", async () => {
    await run('addPasskey("Key")', account.accessToken);
    for (let i = 0; i < 3; i++) {
      expect(await run<object>("logInWithPasskey()")).toHaveProperty("accessToken");
    }
  });

  test("38: an authenticator does not register twice for one account", async () => {
    await run('addPasskey("First")', account.accessToken);
    await expect(run('addPasskey("Second")', account.accessToken)).rejects.toThrow(/InvalidStateError/);
  });

  test("38: a removed passkey no longer logs in, although the browser still has it", async () => {
    const { id } = await run<{ id: string }>('addPasskey("Old")', account.accessToken);
    await mutate(app, account.accessToken, `removePasskey(id: "${id}")`);
    expect(await run<object>("logInWithPasskey()")).toMatchObject({ code: "INVALID_PASSKEY" });
  });

  test("38: without user verification the browser has nothing to answer", async () => {
    await run('addPasskey("Key")', account.accessToken);
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await expect(run("logInWithPasskey()")).rejects.toThrow(/NotAllowedError/);
  });
});
