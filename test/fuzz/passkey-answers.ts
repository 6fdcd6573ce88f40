import { Authenticator } from "../support/authenticator.js";
import type { ServerProcess } from "../support/server-process.js";
import type { Secrets } from "./exchange.js";

const START = `mutation {
  first: startPasskeyRegistration { ceremonyId options }
  second: startPasskeyRegistration { ceremonyId options }
  login: startPasskeyLogin { ceremonyId options }
}`;

const FINISH = `mutation ($input: FinishPasskeyRegistrationInput!) { finishPasskeyRegistration(input: $input) { __typename } }`;

/** A passkey of the account, and the parts of good answers to two ceremonies that are under way: a login and another registration. */
export async function preparePasskeyAnswers(server: ServerProcess, access: string): Promise<Secrets> {
  const { data } = await server.graphql(START, {}, access);
  const { first, second, login } = data;
  const [authenticator, another] = [new Authenticator(), new Authenticator()];
  const input = { ceremonyId: first.ceremonyId, response: authenticator.register(first.options) };
  const { data: finished } = await server.graphql(FINISH, { input }, access);
  if (finished?.finishPasskeyRegistration.__typename !== "Passkey") throw new Error("No passkey was added");
  const created = another.register(second.options);
  const got = authenticator.answer(login.options);
  return {
    registrationCeremony: second.ceremonyId,
    newCredential: created.id,
    createData: created.response.clientDataJSON,
    attestation: created.response.attestationObject,
    loginCeremony: login.ceremonyId,
    credential: got.id,
    getData: got.response.clientDataJSON,
    authenticatorData: got.response.authenticatorData,
    signature: got.response.signature,
    userHandle: got.response.userHandle ?? "",
  };
}
