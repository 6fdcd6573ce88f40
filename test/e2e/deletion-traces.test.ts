import { eventually } from "../support/eventually.js";
import { holdHashes } from "../support/held-hashes.js";
import { type Account, login, signedUp } from "../support/journeys.js";
import { eventsOf } from "../support/security-log.js";
import { type GraphqlAnswer, TestApp } from "../support/test-app.js";

const headers = { "user-agent": "TellTale/1.0" };
const WRONG = "a wrong password";
const REAUTHENTICATE = `mutation { reauthenticate(input: { password: "${WRONG}" }) { __typename } }`;
const CHANGE_PASSWORD = `
  mutation {
    changePassword(input: { currentPassword: "${WRONG}", newPassword: "a brand new password" }) { __typename }
  }`;

describe("what the security log keeps of somebody who has deleted their account", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  const deleteAccount = ({ accessToken: token }: Account): Promise<GraphqlAnswer> =>
    app.graphql("mutation { deleteAccount }", { token, headers });

  async function expectNoTrace({ userId }: Account): Promise<void> {
    const events = await eventsOf(app, userId);
    expect(events.map(({ type }) => type)).toEqual(["SIGNED_UP", "ACCOUNT_DELETED"]);
    for (const { ipAddress, userAgent } of events) {
      expect({ ipAddress, userAgent }).toEqual({ ipAddress: null, userAgent: null });
    }
  }

  test("neither where from nor with what they did it", async () => {
    const account = await signedUp(app);
    expect((await deleteAccount(account)).body.data).toEqual({ deleteAccount: true });
    await expectNoTrace(account);
  });

  test.each<[string, (account: Account) => Promise<unknown>]>([
    ["login", ({ email }) => login(app, email, WRONG, { headers })],
    ["reauthenticate", ({ accessToken: token }) => app.graphql(REAUTHENTICATE, { token, headers })],
    ["changePassword", ({ accessToken: token }) => app.graphql(CHANGE_PASSWORD, { token, headers })],
  ])("nor a wrong password that was still looked at meanwhile, by %s", async (_operation, attempt) => {
    const account = await signedUp(app);
    const held = holdHashes();
    const attempted = attempt(account);
    await eventually(() => (held.count > 0 ? true : undefined));
    expect((await deleteAccount(account)).body.data).toEqual({ deleteAccount: true });
    const before = (await eventsOf(app, null)).length;
    held.release();
    await attempted;
    await expectNoTrace(account);
    // It is on record as what it has become: an attempt at an account that does not exist.
    expect((await eventsOf(app, null)).slice(before)).toMatchObject([{ type: "LOGIN_FAILED" }]);
  });
});
