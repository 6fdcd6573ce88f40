import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { Authenticator, type Tampering } from "./authenticator.js";
import type { Account } from "./journeys.js";
import type { RequestOptions, TestApp } from "./test-app.js";

const PASSKEY = "id name createdAt lastUsedAt isBackedUp";

export const DOCUMENTS = {
  start: "mutation { result: startPasskeyRegistration { ceremonyId options } }",
  startReauthentication: "mutation { result: startPasskeyReauthentication { ceremonyId options } }",
  finish: `
    mutation ($input: FinishPasskeyRegistrationInput!) {
      result: finishPasskeyRegistration(input: $input) {
        __typename ... on Passkey { ${PASSKEY} }
        ... on AuthError { code message } ... on InvalidInput { fields { field code message } }
      }
    }`,
  rename: `mutation ($id: ID!, $name: String!) { result: renamePasskey(id: $id, name: $name) { ${PASSKEY} } }`,
  remove: "mutation ($id: ID!) { result: removePasskey(id: $id) }",
} as const;

type Holder = Pick<Account, "accessToken">;

export interface Registration {
  readonly ceremonyId: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

export interface Request {
  readonly ceremonyId: string;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

export interface PasskeyInput {
  readonly ceremonyId: string;
  readonly response: unknown;
  readonly name?: string | null;
}

/** The answer, errors of the top level included. */
export function askPasskeys(
  app: TestApp,
  operation: keyof typeof DOCUMENTS,
  { accessToken: token, ...options }: Holder & Omit<RequestOptions, "token">,
) {
  return app.graphql(DOCUMENTS[operation], { ...options, token });
}

export async function startRegistration(app: TestApp, { accessToken }: Holder): Promise<Registration> {
  return (await askPasskeys(app, "start", { accessToken })).body.data.result;
}

export async function startReauthentication(app: TestApp, { accessToken }: Holder): Promise<Request> {
  return (await askPasskeys(app, "startReauthentication", { accessToken })).body.data.result;
}

/** The result; the answer whole where there is none. */
export async function finishRegistration(app: TestApp, { accessToken }: Holder, input: PasskeyInput) {
  const { body } = await askPasskeys(app, "finish", { accessToken, variables: { input } });
  return body.data?.result ?? body;
}

/** From the first question to the last answer, with an authenticator that may lie. */
export async function register(
  app: TestApp,
  account: Holder,
  {
    authenticator = new Authenticator(),
    ...lies
  }: Tampering & { readonly authenticator?: Authenticator } = {},
) {
  const { ceremonyId, options } = await startRegistration(app, account);
  return finishRegistration(app, account, { ceremonyId, response: authenticator.register(options, lies) });
}

/** An authenticator that one of the account's passkeys is on. */
export async function withPasskey(
  app: TestApp,
  account: Holder,
  authenticator = new Authenticator(),
): Promise<Authenticator> {
  const passkey = await register(app, account, { authenticator });
  if (passkey.__typename !== "Passkey") throw new Error(`Not added: ${JSON.stringify(passkey)}`);
  return authenticator;
}

export async function passkeysOf(app: TestApp, { accessToken: token }: Holder) {
  return (await app.graphql(`{ me { passkeys { ${PASSKEY} } } }`, { token })).body.data.me.passkeys;
}
