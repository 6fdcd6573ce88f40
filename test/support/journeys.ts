import type { GraphqlAnswer, RequestOptions, TestApp } from "./test-app.js";

export const PASSWORD = "correct horse battery staple";

export const AUTH_PAYLOAD = `
  fragment Payload on AuthPayload {
    accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt
    user { id email username name role status emailVerified hasPassword totpEnabled createdAt lastLoginAt }
    session { id isCurrent createdAt lastUsedAt expiresAt ipAddress userAgent device }
  }`;

const ERRORS = `
  ... on AuthError { code message }
  ... on InvalidInput { fields { field code message } }`;

export const SIGNUP = `
  mutation ($input: SignupInput!) { signup(input: $input) { __typename ...Payload ${ERRORS} } } ${AUTH_PAYLOAD}`;
export const LOGIN = `
  mutation ($input: LoginInput!) { login(input: $input) { __typename ...Payload ... on AuthError { code message } } }
  ${AUTH_PAYLOAD}`;
export const REFRESH = `
  mutation ($token: String) {
    refreshTokens(refreshToken: $token) { __typename ...Payload ... on InvalidToken { code message reason } }
  } ${AUTH_PAYLOAD}`;
export const ME = "{ me { id email } }";

/** What a client holds after it came in. */
export interface Account {
  readonly email: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

let accountCount = 0;

export function newEmail(): string {
  accountCount += 1;
  return `person${accountCount}.${process.pid}@example.org`;
}

export async function signup(
  app: TestApp,
  input: Readonly<Record<string, unknown>> = {},
  options?: RequestOptions,
) {
  const variables = { input: { email: newEmail(), password: PASSWORD, ...input } };
  return (await app.graphql(SIGNUP, { ...options, variables })).body.data.signup;
}

export async function signedUp(
  app: TestApp,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Account> {
  return toAccount(await signup(app, input));
}

export async function login(app: TestApp, identifier: string, password = PASSWORD, options?: RequestOptions) {
  return (await app.graphql(LOGIN, { ...options, variables: { input: { identifier, password } } })).body.data
    .login;
}

export async function loggedIn(app: TestApp, identifier: string, options?: RequestOptions): Promise<Account> {
  return toAccount(await login(app, identifier, PASSWORD, options));
}

export async function refresh(app: TestApp, token: string | null, options?: RequestOptions) {
  return (await app.graphql(REFRESH, { ...options, variables: { token } })).body.data.refreshTokens;
}

/** "alive", or the reason of UNAUTHENTICATED. */
export async function stateOf(app: TestApp, accessToken: string): Promise<unknown> {
  const { body } = await app.graphql(ME, { token: accessToken });
  return body.data?.me ? "alive" : errorOf({ body })?.reason;
}

export function errorOf({ body }: Pick<GraphqlAnswer, "body">) {
  return body.errors?.[0]?.extensions;
}

// biome-ignore lint/suspicious/noExplicitAny: an answer of the server, checked field by field right here
function toAccount(payload: any): Account {
  if (payload.__typename !== "AuthPayload") throw new Error(`Not let in: ${JSON.stringify(payload)}`);
  return {
    email: payload.user.email,
    userId: payload.user.id,
    sessionId: payload.session.id,
    accessToken: payload.accessToken,
    refreshToken: payload.refreshToken,
  };
}
