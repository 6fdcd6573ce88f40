import { type Account, AUTH_PAYLOAD, PASSWORD } from "./journeys.js";
import type { RequestOptions, TestApp } from "./test-app.js";

const REFUSAL = `
  ... on AuthError { code message } ... on MfaRequired { methods } ... on TooManyAttempts { retryAfter }`;

const LOGIN = `
  mutation ($input: LoginInput!) { result: login(input: $input) { __typename ...Payload ${REFUSAL} } } ${AUTH_PAYLOAD}`;

const REAUTHENTICATE = `
  mutation ($input: ReauthenticateInput!) {
    result: reauthenticate(input: $input) { __typename ... on Session { id isCurrent } ${REFUSAL} }
  }`;

/** A login with the right password, and with a code where one is given. Undefined where the server is at fault. */
export async function logInWith(
  app: TestApp,
  { email: identifier }: Pick<Account, "email">,
  input: { readonly code?: string; readonly password?: string } = {},
  options: RequestOptions = {},
) {
  const variables = { input: { identifier, password: PASSWORD, ...input } };
  return (await app.graphql(LOGIN, { ...options, variables })).body.data?.result;
}

export async function reauthenticate(app: TestApp, token: string, input: object) {
  return (await app.graphql(REAUTHENTICATE, { token, variables: { input } })).body.data.result;
}

/** A root field of the mutation type without a selection, or with the one that is given. */
export function mutate(app: TestApp, token: string, field: string) {
  return app.graphql(`mutation { result: ${field} }`, { token });
}
