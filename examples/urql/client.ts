/**
 * An urql client that stays logged in, with the refresh token in its own hands (TokenDelivery.BODY): for servers, commands and
 * native apps, which can keep it safe. A page in a browser has it in a cookie instead, and sends no `refreshToken`.
 *
 *   const latchkey = createLatchkeyClient({ url: "http://localhost:4000/graphql", onTokens: save, onSessionOver: showLogin });
 *   const result = await latchkey.login("ada@example.org", password);
 *   await latchkey.client.query("{ me { id email } }", {});
 */
import { Client, type CombinedError, fetchExchange, gql, makeOperation } from "@urql/core";
import { authExchange } from "@urql/exchange-auth";

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Options {
  readonly url: string;
  /** Those of the last time. */
  readonly tokens?: Tokens | null;
  /** For keeping them where the next start finds them; null when there are none any more. */
  readonly onTokens?: (tokens: Tokens | null) => void;
  /** The person has to log in again. Called once, however many requests were waiting. */
  readonly onSessionOver: () => void;
}

type Result = Tokens | { readonly code: string; readonly message: string };

const LOGIN = gql<{ login: Result }, { input: object }>`
  mutation Login($input: LoginInput!) {
    login(input: $input) { ... on AuthPayload { accessToken refreshToken } ... on AuthError { code message } }
  }
`;
const REFRESH = gql<{ refreshTokens: Result }, { refreshToken: string }>`
  mutation RefreshTokens($refreshToken: String!) {
    refreshTokens(refreshToken: $refreshToken) { ... on AuthPayload { accessToken refreshToken } }
  }
`;
const LOGOUT = gql`mutation Logout($refreshToken: String!) { logout(refreshToken: $refreshToken) }`;

export function createLatchkeyClient({ url, tokens = null, onTokens, onSessionOver }: Options) {
  const keep = (next: Tokens | null): void => {
    tokens = next;
    onTokens?.(next);
  };
  let logins = 0;
  const client = new Client({
    url,
    // urql asks short queries by GET, which Latchkey refuses without a header that no other site can send (CSRF).
    preferGetMethod: false,
    exchanges: [
      authExchange(async ({ appendHeaders, mutate }) => ({
        addAuthToOperation(operation) {
          if (tokens === null) return operation;
          const marked = makeOperation(operation.kind, operation, { ...operation.context, login: logins });
          return appendHeaders(marked, { authorization: `Bearer ${tokens.accessToken}` });
        },
        // Whatever the `reason`: refreshing tells for sure whether the session is over. What one person has begun is not sent
        // again in the name of the next.
        didAuthError: (error, { context }) =>
          tokens !== null && context.login === logins && isUnauthenticated(error),
        // urql holds all requests back until this is done, then sends them again.
        async refreshAuth() {
          const spent = tokens;
          if (spent === null) return;
          const { data, error } = await mutate(REFRESH, { refreshToken: spent.refreshToken });
          // A lost answer proves nothing. The same token may be sent again, for REFRESH_GRACE_SECONDS at least.
          if (!data) throw error;
          // Logged out meanwhile.
          if (tokens !== spent) return;
          const result = data.refreshTokens;
          keep("accessToken" in result ? result : null);
          if (tokens === null) onSessionOver();
        },
      })),
      fetchExchange,
    ],
  });
  return {
    client,
    async login(identifier: string, password: string): Promise<Result> {
      const { data, error } = await client.mutation(LOGIN, { input: { identifier, password } });
      if (!data) throw error;
      if ("accessToken" in data.login) {
        logins += 1;
        keep(data.login);
      }
      return data.login;
    },
    async logout(): Promise<void> {
      const ended = tokens;
      keep(null);
      if (ended === null) return;
      const { error } = await client.mutation(LOGOUT, { refreshToken: ended.refreshToken });
      if (error !== undefined) throw error;
    },
  };
}

function isUnauthenticated({ graphQLErrors }: CombinedError): boolean {
  return graphQLErrors.some(({ extensions }) => extensions.code === "UNAUTHENTICATED");
}
