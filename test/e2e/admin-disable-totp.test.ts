import { logInWith, mutate } from "../support/factor-journeys.js";
import { errorOf, loggedIn, signedUp } from "../support/journeys.js";
import { startWithMailbox } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { meanwhile } from "../support/meanwhile.js";
import { totpOn } from "../support/second-factor.js";
import { eventsOf, signedUpAdmin } from "../support/security-log.js";
import type { TestApp } from "../support/test-app.js";

describe("an administrator who turns off somebody's second factor", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
  });

  const disable = (token: string, userId: string) =>
    mutate(app, token, `disableUserTotp(userId: "${userId}")`);

  test("lets them in with the password alone, is named in the log, and the owner is told", async () => {
    const [account, admin] = [await signedUp(app), await signedUpAdmin(app)];
    const { recoveryCodes } = await totpOn(app, account);
    expect((await disable(admin.accessToken, account.userId)).body.data.result).toBe(true);
    expect(await logInWith(app, account)).toMatchObject({
      __typename: "AuthPayload",
      user: { totpEnabled: false },
    });
    const event = (await eventsOf(app, account.userId)).find(({ type }) => type === "TOTP_DISABLED");
    expect(event?.actorId).toBe(admin.userId);
    const mail = await mailbox.next(account.email, /Two-factor authentication is off/);
    expect(mail.text).toContain("An administrator of");
    expect(mail.text).not.toContain("127.0.0.1");
    // What belonged to it is void, also when it is turned on again.
    await totpOn(app, account);
    const [old = ""] = recoveryCodes;
    expect((await logInWith(app, account, { code: old })).__typename).toBe("InvalidCode");
  });

  test("is told where there was none to turn off", async () => {
    const [account, admin] = [await signedUp(app), await signedUpAdmin(app)];
    for (const id of [account.userId, "none", "00000000-0000-7000-8000-000000000000"]) {
      expect((await disable(admin.accessToken, id)).body.data.result).toBe(false);
    }
    expect((await eventsOf(app, account.userId)).map(({ type }) => type)).toEqual(["SIGNED_UP"]);
  });

  test.each([
    ["disableUserTotp", (id: string) => `disableUserTotp(userId: "${id}")`],
    ["deleteUser", (id: string) => `deleteUser(id: "${id}")`],
    ["updateUser", (id: string) => `updateUser(id: "${id}", input: { status: DISABLED }) { __typename }`],
  ])(
    "24: %s is refused to a session that lost its recent login while the request was under way",
    async (_name, field) => {
      const [account, admin] = [await signedUp(app), await signedUpAdmin(app)];
      await totpOn(app, account);
      const stolen = await loggedIn(app, admin.email);
      meanwhile(() => totpOn(app, admin));
      const answer = await mutate(app, stolen.accessToken, field(account.userId));
      expect(errorOf(answer)?.code).toBe("REAUTHENTICATION_REQUIRED");
      const { body } = await app.graphql("{ me { status totpEnabled } }", { token: account.accessToken });
      expect(body.data.me).toEqual({ status: "ACTIVE", totpEnabled: true });
    },
  );

  test("44: nobody else can, and no administrator long after their login", async () => {
    const [account, admin] = [await signedUp(app), await signedUpAdmin(app)];
    await totpOn(app, account);
    expect(errorOf(await disable(account.accessToken, account.userId))?.code).toBe("FORBIDDEN");
    app.advanceSeconds(601);
    expect(errorOf(await disable(admin.accessToken, account.userId))?.code).toBe("REAUTHENTICATION_REQUIRED");
  });
});
