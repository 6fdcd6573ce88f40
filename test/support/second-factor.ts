import { createHmac } from "node:crypto";
import type { Account } from "./journeys.js";
import type { GraphqlAnswer, RequestOptions, TestApp } from "./test-app.js";

const DOCUMENTS = {
  startTotpSetup: "mutation { result: startTotpSetup { secret uri qrCode } }",
  confirmTotpSetup: `mutation ($code: String!) {
    result: confirmTotpSetup(code: $code) {
      __typename ... on RecoveryCodes { codes } ... on AuthError { code message }
      ... on TooManyAttempts { retryAfter }
    }
  }`,
  disableTotp: "mutation { result: disableTotp }",
  regenerateRecoveryCodes: "mutation { result: regenerateRecoveryCodes { codes } }",
  readState: "{ result: me { totpEnabled recoveryCodesLeft } }",
} as const;

type Operation = keyof typeof DOCUMENTS;

/** What an authenticator app and a sheet of paper hold. */
export interface SecondFactorOf {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** The answer to an operation on the second factor, errors of the top level included. */
export function askMfa(
  app: TestApp,
  operation: Operation,
  { accessToken: token }: Pick<Account, "accessToken">,
  options: Pick<RequestOptions, "variables" | "headers"> = {},
): Promise<GraphqlAnswer> {
  return app.graphql(DOCUMENTS[operation], { token, ...options });
}

/** The result of one that is allowed. */
export async function mfa(...request: Parameters<typeof askMfa>) {
  const { body } = await askMfa(...request);
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data.result;
}

export const confirm = (app: TestApp, account: Pick<Account, "accessToken">, code: string) =>
  mfa(app, "confirmTotpSetup", account, { variables: { code } });

/**
 * Turns the second factor on, by a code of the step before: the one that the app shows now was not used. Needs a
 * recent login.
 */
export async function totpOn(app: TestApp, account: Pick<Account, "accessToken">): Promise<SecondFactorOf> {
  const { secret } = await mfa(app, "startTotpSetup", account);
  const confirmNow = () => confirm(app, account, codeAt(secret, app.now - 30_000));
  let answer = await confirmNow();
  // The next step may have begun on the way.
  if (answer.__typename === "InvalidCode") answer = await confirmNow();
  if (answer.__typename !== "RecoveryCodes") throw new Error(`Not on: ${JSON.stringify(answer)}`);
  return { secret, recoveryCodes: answer.codes };
}

/** What an authenticator app shows at a time in milliseconds since the epoch: RFC 6238, written down once more. */
export function codeAt(secret: string, ms: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(ms / 30_000)));
  const mac = createHmac("sha1", decodeBase32(secret)).update(counter).digest();
  const truncated = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(truncated % 1_000_000).padStart(6, "0");
}

/** A code that no app shows within a step of the time. */
export function wrongCodeAt(secret: string, ms: number): string {
  const right = [-30_000, 0, 30_000].map((distance) => codeAt(secret, ms + distance));
  return ["000000", "111111", "222222", "333333"].find((code) => !right.includes(code)) ?? "";
}

export function decodeBase32(text: string): Buffer {
  const bits = [...text].map((character) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(character).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
