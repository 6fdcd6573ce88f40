import { Authenticator, type Tampering } from "./authenticator.js";
import { reauthenticate } from "./factor-journeys.js";
import { AUTH_PAYLOAD, errorOf } from "./journeys.js";
import { register } from "./passkey-journeys.js";
import type { RequestOptions, TestApp } from "./test-app.js";

export const FINISH_PASSKEY_LOGIN = `
  mutation ($input: FinishPasskeyLoginInput!) {
    result: finishPasskeyLogin(input: $input) {
      __typename ...Payload ... on AuthError { code message } ... on TooManyAttempts { retryAfter }
    }
  } ${AUTH_PAYLOAD}`;

/** What a browser is handed, and by what its answer is known. */
export interface Ceremony {
  readonly ceremonyId: string;
  // biome-ignore lint/suspicious/noExplicitAny: of either ceremony; the authenticator reads what it needs
  readonly options: any;
}

export async function startCeremony(
  app: TestApp,
  field: "startPasskeyLogin" | "startPasskeyReauthentication" | "startPasskeyRegistration",
  token?: string,
): Promise<Ceremony> {
  const query = `mutation { result: ${field} { ceremonyId options } }`;
  const { body } = await app.graphql(query, token === undefined ? {} : { token });
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data.result;
}

/** Adds a passkey to the account of the session. @returns its id */
export async function addPasskey(
  app: TestApp,
  accessToken: string,
  authenticator = new Authenticator(),
): Promise<{ readonly id: string; readonly authenticator: Authenticator }> {
  const passkey = await register(app, { accessToken }, { authenticator });
  if (passkey.__typename !== "Passkey") throw new Error(`Not added: ${JSON.stringify(passkey)}`);
  return { id: passkey.id, authenticator };
}

/** The result, or what refuses the request; to a ceremony that was started, of whatever kind. */
export async function finishPasskeyLogin(
  app: TestApp,
  { ceremonyId, response }: { readonly ceremonyId: string; readonly response: unknown },
  options: RequestOptions = {},
) {
  const variables = { input: { ceremonyId, response } };
  const answer = await app.graphql(FINISH_PASSKEY_LOGIN, { ...options, variables });
  return answer.body.data?.result ?? errorOf(answer);
}

/** The whole login, with what is other than it should be. */
export async function logInByPasskey(
  app: TestApp,
  authenticator: Authenticator,
  tampering: Tampering = {},
  options: RequestOptions = {},
) {
  const ceremony = await startCeremony(app, "startPasskeyLogin");
  const response = authenticator.answer(ceremony.options, tampering);
  return finishPasskeyLogin(app, { ceremonyId: ceremony.ceremonyId, response }, options);
}

export async function reauthenticateByPasskey(
  app: TestApp,
  token: string,
  authenticator: Authenticator,
  tampering: Tampering = {},
) {
  const { ceremonyId, options } = await startCeremony(app, "startPasskeyReauthentication", token);
  const passkey = { ceremonyId, response: authenticator.answer(options, tampering) };
  return reauthenticate(app, token, { passkey });
}
