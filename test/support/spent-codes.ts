import { logInWith } from "./factor-journeys.js";
import type { Account } from "./journeys.js";
import type { TestApp } from "./test-app.js";

type Owner = Pick<Account, "email">;

/** Whether the code lets in, with the right password. */
export async function spendCode(app: TestApp, owner: Owner, code: string): Promise<boolean> {
  const answer = await logInWith(app, owner, { code });
  if (answer === undefined) throw new Error("The server is at fault");
  return answer.__typename === "AuthPayload";
}

export async function findMethods(app: TestApp, owner: Owner): Promise<readonly string[]> {
  return (await logInWith(app, owner)).methods;
}
