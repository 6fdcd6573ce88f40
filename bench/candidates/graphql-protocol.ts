import type { ClientAnswer, ClientRequest, Credentials, Protocol } from "./candidate.js";

/** How a schema has its accounts opened: each with one field that has both tokens. */
export interface GraphqlDialect {
  readonly signup: string;
  readonly login: string;
  readonly refresh: string;
  signupVariables(email: string): object;
  loginVariables(email: string): object;
}

const TOKENS = '"accessToken":"';

/** Access tokens in a header, and refresh tokens that are exchanged for the next. */
export function graphqlProtocol(dialect: GraphqlDialect): Protocol {
  return {
    signup: (email) => graphqlRequest(dialect.signup, TOKENS, { variables: dialect.signupVariables(email) }),
    login: (email) => graphqlRequest(dialect.login, TOKENS, { variables: dialect.loginVariables(email) }),
    readCredentials: readTokens,
    me: ({ accessToken }) => graphqlRequest("{ me { id email } }", '"me":{"id":"', { accessToken }),
    meAndSessions: ({ accessToken }) =>
      graphqlRequest("{ me { id email sessions { id createdAt lastUsedAt } } }", '"sessions":[{"id":"', {
        accessToken,
      }),
    refresh: ({ refreshToken }) => graphqlRequest(dialect.refresh, TOKENS, { variables: { refreshToken } }),
  };
}

/** As every client of GraphQL sends it. */
export function graphqlRequest(
  query: string,
  expects: string,
  { variables, accessToken }: { readonly variables?: object; readonly accessToken?: string | undefined } = {},
): ClientRequest {
  return {
    method: "POST",
    path: "/graphql",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
    expects,
  };
}

/** Of the only field that was asked for. */
function readTokens({ body }: ClientAnswer): Credentials {
  const [field] = Object.values<Credentials | null>(JSON.parse(body).data ?? {});
  const { accessToken, refreshToken } = field ?? {};
  if (accessToken === undefined || refreshToken === undefined) throw new Error(`No tokens: ${body}`);
  return { accessToken, refreshToken };
}
