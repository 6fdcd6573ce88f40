import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { AuthLink } from "../../../examples/web/src/auth-link/auth-link.js";
import {
  AuthSession,
  type RefreshAnswer,
  type Tokens,
} from "../../../examples/web/src/auth-link/auth-session.js";

const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken } } }";
const REFRESH = `
  mutation ($refreshToken: String) {
    refreshTokens(refreshToken: $refreshToken) {
      __typename
      ... on AuthPayload { accessToken refreshToken }
      ... on InvalidToken { reason }
    }
  }`;
const LOGOUT = "mutation ($refreshToken: String) { logout(refreshToken: $refreshToken) }";

const isBody = location.search !== "?COOKIE";

async function ask<Data>(query: string, variables: object, token: string | null = null): Promise<Data> {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch("/graphql", {
    method: "POST",
    headers,
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()).data;
}

const session = new AuthSession({
  ...(isBody && { storage: localStorage }),
  refresh: async (refreshToken) =>
    (await ask<{ refreshTokens: RefreshAnswer }>(REFRESH, { refreshToken })).refreshTokens,
  logout: ({ accessToken, refreshToken }) => ask(LOGOUT, { refreshToken }, accessToken),
});

const client = new ApolloClient({
  link: ApolloLink.from([new AuthLink(session), new HttpLink({ uri: "/graphql" })]),
  cache: new InMemoryCache(),
});

/** What an application does with the auth-link, less its looks, for tests to call. */
const tab = {
  session,
  async logIn(identifier: string, password: string): Promise<void> {
    const input = { identifier, password, tokenDelivery: isBody ? "BODY" : "COOKIE" };
    session.begin((await ask<{ login: Tokens }>(LOGIN, { input })).login);
  },
  async me(): Promise<string> {
    const query = gql("{ me { email } }");
    const { data } = await client.query<{ me: { email: string } }>({ query, fetchPolicy: "network-only" });
    return data?.me.email ?? "nobody";
  },
};

Object.assign(globalThis, { tab });
