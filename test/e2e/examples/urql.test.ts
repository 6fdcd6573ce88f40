import { createLatchkeyClient, type Tokens } from "../../../examples/urql/client.js";
import { Detour } from "../../support/detour.js";
import { eventually } from "../../support/eventually.js";
import { type Account, loggedIn, PASSWORD, refresh, signedUp, stateOf } from "../../support/journeys.js";
import { TestApp } from "../../support/test-app.js";

/** Each another one: equal ones are sent once. */
let queries = 0;

describe("the example of an urql client", () => {
  let app: TestApp;
  let latchkey: Detour;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.start();
    latchkey = await Detour.to(app);
    account = await signedUp(app);
  });

  beforeEach(() => {
    latchkey.target = app;
    latchkey.gate = async () => {};
    latchkey.visits.length = 0;
  });

  /** A client, what it wanted to be kept, and how often it sent its person to the login page. */
  const openClient = (tokens: Tokens | null = null) => {
    const kept: (Tokens | null)[] = [];
    let logins = 0;
    const latchkeyClient = createLatchkeyClient({
      url: `${latchkey.url}/graphql`,
      tokens,
      onTokens: (next) => kept.push(next),
      onSessionOver: () => {
        logins += 1;
      },
    });
    const askMe = async () => {
      queries += 1;
      const { data, error } = await latchkeyClient.client.query(`query Me${queries} { me { email } }`, {});
      return data?.me?.email ?? error?.graphQLErrors[0]?.extensions ?? error?.message;
    };
    return { ...latchkeyClient, askMe, kept, logins: () => logins };
  };

  const expire = () => app.advanceSeconds(app.config.accessTokenSeconds + 1);

  test("logs in, and is known from then on", async () => {
    const { login, askMe, kept } = openClient();
    expect(await askMe()).toEqual({ code: "UNAUTHENTICATED", reason: "MISSING_TOKEN" });
    expect(latchkey.visits).toHaveLength(1);
    expect(await login(account.email, "wrong")).toMatchObject({ code: "INVALID_CREDENTIALS" });
    expect(kept).toEqual([]);
    const tokens = await login(account.email, PASSWORD);
    expect(kept).toEqual([tokens]);
    expect(await askMe()).toBe(account.email);
    expect(await openClient(kept[0]).askMe()).toBe(account.email);
  });

  test("refreshes once when the access token has expired, however many queries found out, and asks all of them again", async () => {
    const { login, askMe, kept, logins } = openClient();
    await login(account.email, PASSWORD);
    expire();
    // So that every query has found out before there are new tokens.
    latchkey.gate = async (body) => {
      if (body.includes("RefreshTokens"))
        await eventually(() => latchkey.visitsWith("query Me") >= 8 || undefined);
    };
    const answers = await Promise.all(Array.from({ length: 8 }, askMe));
    expect(answers).toEqual(Array.from({ length: 8 }, () => account.email));
    expect(latchkey.visitsWith("RefreshTokens")).toBe(1);
    expect(latchkey.visitsWith("query Me")).toBe(16);
    expect(kept).toHaveLength(2);
    expire();
    expect(await askMe()).toBe(account.email);
    expect([kept.length, logins()]).toEqual([3, 0]);
  });

  test.each([
    ["was ended elsewhere", async (tokens: Tokens) => void (await logOut(tokens))],
    [
      "was not used for too long",
      async () => app.advanceSeconds(app.config.sessionIdleSeconds + app.config.accessTokenSeconds),
    ],
    [
      "has a copy in other hands",
      async ({ refreshToken }: Tokens) => {
        const { refreshToken: stolen } = await refresh(app, refreshToken);
        app.advanceSeconds(app.config.refreshGraceSeconds + 1);
        await refresh(app, stolen);
        expire();
      },
    ],
  ])("says once that the session is over: it %s", async (_how, end) => {
    const tokens = await loggedIn(app, account.email);
    const { askMe, kept, logins } = openClient(tokens);
    await end(tokens);
    const answers = await Promise.all(Array.from({ length: 4 }, askMe));
    for (const answer of answers) expect(answer).toMatchObject({ code: "UNAUTHENTICATED" });
    expect([kept, logins()]).toEqual([[null], 1]);
    expect(await askMe()).toMatchObject({ reason: "MISSING_TOKEN" });
    expect(logins()).toBe(1);
  });

  const logOut = ({ refreshToken: token }: Tokens) =>
    app.graphql("mutation ($token: String!) { logout(refreshToken: $token) }", { variables: { token } });

  test("gives nothing up while the server cannot be reached, and goes on when it can", async () => {
    const { login, askMe, kept, logins } = openClient();
    await login(account.email, PASSWORD);
    expire();
    latchkey.gate = async (body) => {
      if (body.includes("RefreshTokens")) latchkey.target = null;
    };
    expect(await askMe()).toContain("[Network]");
    expect([kept.length, logins()]).toEqual([1, 0]);
    latchkey.target = app;
    latchkey.gate = async () => {};
    expect(await askMe()).toBe(account.email);
  });

  test("stays logged out where that came between a refresh and its answer", async () => {
    const { login, logout, askMe, kept, logins } = openClient();
    await login(account.email, PASSWORD);
    expire();
    const loggedOut = Promise.withResolvers<void>();
    latchkey.gate = async (body) => {
      if (body.includes("RefreshTokens")) await loggedOut.promise;
    };
    const asking = askMe();
    await eventually(() => latchkey.visitsWith("RefreshTokens") || undefined);
    const loggingOut = logout();
    loggedOut.resolve();
    expect(await asking).toMatchObject({ code: "UNAUTHENTICATED" });
    await loggingOut;
    expect([kept.length, kept.at(-1), logins()]).toEqual([2, null, 0]);
    expect(await refresh(app, kept[0]?.refreshToken ?? "")).toMatchObject({ __typename: "InvalidToken" });
  });

  test("what one person has begun is not sent again in the name of the next", async () => {
    const { client, login, logout, askMe } = openClient();
    const other = await signedUp(app);
    await login(account.email, PASSWORD);
    const isOther = Promise.withResolvers<void>();
    latchkey.gate = async (body) => {
      if (body.includes("Rename")) await isOther.promise;
    };
    const rename = 'mutation Rename { updateProfile(input: { name: "Ada" }) { __typename } }';
    const renaming = client.mutation(rename, {}).toPromise();
    await eventually(() => latchkey.visitsWith("Rename") || undefined);
    await logout();
    await login(other.email, PASSWORD);
    isOther.resolve();
    const { data, error } = await renaming;
    expect(data?.updateProfile).toBeUndefined();
    expect(error?.graphQLErrors[0]?.extensions).toMatchObject({ reason: "SESSION_REVOKED" });
    expect(await askMe()).toBe(other.email);
  });

  test("logs out", async () => {
    const { login, logout, askMe, kept, logins } = openClient();
    await login(account.email, PASSWORD);
    await logout();
    expect(await stateOf(app, kept[0]?.accessToken ?? "")).toBe("SESSION_REVOKED");
    expect(await askMe()).toMatchObject({ reason: "MISSING_TOKEN" });
    expect([kept.at(-1), logins()]).toEqual([null, 0]);
  });
});
