import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
} from "@apollo/client";
import { lastValueFrom, Observable, of, tap } from "rxjs";
import { AuthLink } from "../../examples/web/src/auth-link/auth-link.js";
import type { AuthSession } from "../../examples/web/src/auth-link/auth-session.js";
import { type Account, signedUp } from "../support/journeys.js";
import { hurry, TabGroup, unreachable } from "../support/tabs.js";
import { TestApp } from "../support/test-app.js";

const ACCESS_TOKEN_SECONDS = 900;
const ME = gql`query Me { me { id email } }`;
const SETTINGS = gql`query Settings { authSettings { signupEnabled } }`;
const RENAME = gql`mutation Rename($name: String!) { updateProfile(input: { name: $name }) { __typename } }`;

interface Sent {
  readonly operation: string;
  readonly token: string | undefined;
}

describe("the AuthLink of an ApolloClient", () => {
  let app: TestApp;
  let account: Account;
  let group: TabGroup;
  let session: AuthSession;
  let client: ApolloClient;
  /** What left the page, in order. */
  let sent: Sent[];

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(async () => {
    account = await signedUp(app);
    group = new TabGroup(app);
    session = group.open();
    sent = [];
    client = clientOver(new HttpLink({ uri: `${app.url}/graphql`, fetch: watchedFetch }));
  });

  function clientOver(end: ApolloLink): ApolloClient {
    return new ApolloClient({
      link: ApolloLink.from([new AuthLink(session), end]),
      cache: new InMemoryCache(),
      defaultOptions: { query: { fetchPolicy: "no-cache" }, mutate: { fetchPolicy: "no-cache" } },
    });
  }

  const watchedFetch: typeof fetch = (input, init) => {
    const token = new Headers(init?.headers).get("authorization")?.replace("Bearer ", "");
    sent.push({ operation: JSON.parse(String(init?.body)).operationName, token });
    return fetch(input, init);
  };

  const expire = () => app.advanceSeconds(ACCESS_TOKEN_SECONDS);
  const reasonsOf = (error: unknown) =>
    CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => extensions?.reason) : error;

  const me = () => client.query({ query: ME, context: { queryDeduplication: false } });

  test("sends the access token with each operation, once it is known whether there is one", async () => {
    const other = group.open();
    other.begin(account);
    expect(await me()).toMatchObject({ data: { me: { email: account.email } } });
    expect(sent).toEqual([{ operation: "Me", token: account.accessToken }]);
  });

  test("an anonymous operation goes without, and waits for nothing", async () => {
    session.begin(account);
    const starting = group.open();
    const answer = await new ApolloClient({
      link: ApolloLink.from([
        new AuthLink(starting),
        new HttpLink({ uri: `${app.url}/graphql`, fetch: watchedFetch }),
      ]),
      cache: new InMemoryCache(),
    }).query({ query: SETTINGS, context: { anonymous: true } });
    expect(answer.data).toMatchObject({ authSettings: { signupEnabled: true } });
    expect(sent).toEqual([{ operation: "Settings", token: undefined }]);
    expect(starting.state.status).toBe("unknown");
  });

  test("with nobody signed in there is no token, and MISSING_TOKEN is the application's", async () => {
    expect(await me().catch(reasonsOf)).toEqual(["MISSING_TOKEN"]);
    expect(sent).toEqual([{ operation: "Me", token: undefined }]);
    expect(session.state).toEqual({ status: "signed-out", reason: null });
  });

  test("ten operations that are refused together wait for one refresh, and each is sent once more", async () => {
    session.begin(account);
    expire();
    const answers = await Promise.all(Array.from({ length: 10 }, me));
    expect(answers.map(({ data }) => data)).toEqual(
      answers.map(() => ({ me: expect.objectContaining({ email: account.email }) })),
    );
    expect([group.refreshes, sent.length]).toEqual([1, 20]);
    expect(new Set(sent.map(({ token }) => token))).toEqual(
      new Set([account.accessToken, await session.accessToken()]),
    );
  });

  test("a mutation that is refused is done once", async () => {
    session.begin(account);
    expire();
    const { data } = await client.mutate({ mutation: RENAME, variables: { name: "Ada" } });
    expect(data).toEqual({ updateProfile: { __typename: "User" } });
    expect(sent.map(({ operation }) => operation)).toEqual(["Rename", "Rename"]);
  });

  test.each(["TOKEN_EXPIRED", "INVALID_TOKEN"])(
    "a server that answers %s for ever gets two requests",
    async (reason) => {
      session.begin(account);
      const errors = [{ message: "No", extensions: { code: "UNAUTHENTICATED", reason } }];
      let requests = 0;
      client = clientOver(
        new ApolloLink(() => {
          requests += 1;
          return of({ data: null, errors });
        }),
      );
      expect(await me().catch(reasonsOf)).toEqual([reason]);
      expect([requests, group.refreshes]).toEqual([2, 1]);
      expect(session.state.status).toBe("signed-in");
    },
  );

  test("what has come of a refused query is not shown before it is whole", async () => {
    session.begin(account);
    expire();
    const both = gql`query Both { authSettings { signupEnabled } me { email } }`;
    const { data } = await client.query({ query: both, errorPolicy: "all" });
    expect(data).toMatchObject({ me: { email: account.email } });
    expect(sent).toHaveLength(2);
  });

  test("SESSION_REVOKED ends the session, and nothing is refreshed", async () => {
    session.begin(account);
    await app.graphql("mutation { logout }", { token: account.accessToken });
    expect(await me().catch(reasonsOf)).toEqual(["SESSION_REVOKED"]);
    expect(session.state).toEqual({ status: "signed-out", reason: "SESSION_ENDED" });
    expect([group.refreshes, sent.length]).toEqual([0, 1]);
  });

  test("SESSION_REVOKED is heard of the second try, too", async () => {
    session.begin(account);
    expire();
    group.refreshWay = async (send) => {
      const answer = await send();
      await app.graphql("mutation { logout }", { token: (answer as { accessToken: string }).accessToken });
      return answer;
    };
    expect(await me().catch(reasonsOf)).toEqual(["SESSION_REVOKED"]);
    expect(session.state).toEqual({ status: "signed-out", reason: "SESSION_ENDED" });
  });

  test("what one user has begun is not sent again in the name of another", async () => {
    session.begin(account);
    expire();
    const other = await signedUp(app);
    group.refreshWay = async (send) => {
      session.begin(other);
      return send();
    };
    expect(await me().catch(reasonsOf)).toEqual(["TOKEN_EXPIRED"]);
    expect(sent).toEqual([{ operation: "Me", token: account.accessToken }]);
    expect(await me()).toMatchObject({ data: { me: { email: other.email } } });
  });

  test("while the server cannot be reached an operation fails with that, and nobody is logged out", async () => {
    session.begin(account);
    expire();
    hurry();
    group.refreshWay = unreachable;
    await expect(me()).rejects.toThrow("Failed to fetch");
    expect(session.state.status).toBe("signed-in");
    group.refreshWay = (send) => send();
    expect(await me()).toMatchObject({ data: { me: { email: account.email } } });
  });

  describe("of an operation that nobody wants any more", () => {
    const nothing = () => {};
    const execute = (link: ApolloLink) => ApolloLink.execute(link, { query: ME }, { client });

    test("sends nothing once the token is there", async () => {
      group.open().begin(account);
      execute(client.link).subscribe(nothing).unsubscribe();
      await session.accessToken();
      expect(sent).toEqual([]);
    });

    test("sends nothing again once the token is renewed", async () => {
      session.begin(account);
      expire();
      const isRefreshed = new Promise<void>((resolve) => {
        group.refreshWay = (send) => {
          subscription.unsubscribe();
          resolve();
          return send();
        };
      });
      const subscription = execute(client.link).subscribe(nothing);
      await isRefreshed;
      await session.accessToken();
      expect(sent).toHaveLength(1);
    });

    test("lets go of what was sent", async () => {
      session.begin(account);
      const [isSent, isLetGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const end = new ApolloLink(
        () =>
          new Observable(() => {
            isSent.resolve();
            return isLetGo.resolve;
          }),
      );
      const subscription = execute(ApolloLink.from([new AuthLink(session), end])).subscribe(nothing);
      await isSent.promise;
      subscription.unsubscribe();
      await isLetGo.promise;
    });
  });

  test("results that come one after the other are handed on as they come", async () => {
    session.begin(account);
    const results = [{ data: { me: 1 } }, { data: { me: 2 } }];
    const link = ApolloLink.from([new AuthLink(session), new ApolloLink(() => of(...results))]);
    const seen: unknown[] = [];
    await lastValueFrom(
      ApolloLink.execute(link, { query: ME }, { client }).pipe(tap((result) => seen.push(result))),
    );
    expect(seen).toEqual(results);
  });
});
