import { Authenticator } from "../support/authenticator.js";
import { signedUp } from "../support/journeys.js";
import { startWithMailbox } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { askPasskeys, register, startRegistration } from "../support/passkey-journeys.js";
import { eventsOf } from "../support/security-log.js";
import type { TestApp } from "../support/test-app.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

describe("what is told of passkeys", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ EMAIL_VERIFICATION: "off" }));
  });

  test("35, 47: a new one and one that is removed are on record, and their owner is told", async () => {
    const account = await signedUp(app);
    const headers = { "user-agent": FIREFOX };
    const { ceremonyId, options } = await startRegistration(app, account);
    const variables = {
      input: { ceremonyId, response: new Authenticator().register(options), name: "My <b>key</b>" },
    };
    const added = await askPasskeys(app, "finish", { ...account, variables, headers });
    const { id } = added.body.data.result;
    await askPasskeys(app, "remove", { ...account, variables: { id }, headers });
    const client = { userId: account.userId, actorId: null, ipAddress: "127.0.0.1", userAgent: FIREFOX };
    expect((await eventsOf(app, account.userId)).slice(1)).toMatchObject([
      { type: "PASSKEY_ADDED", ...client },
      { type: "PASSKEY_REMOVED", ...client },
    ]);
    for (const subject of [/passkey was added/i, /passkey was removed/i]) {
      const mail = await mailbox.next(account.email, subject);
      expect(mail.text).toContain("Firefox on Linux");
      expect(mail.links).toEqual([]);
      expect(mail.source).not.toContain("My");
    }
    expect(mailbox.mails(account.email)).toHaveLength(2);
  });

  test("35: nothing about one that was refused", async () => {
    const account = await signedUp(app);
    await register(app, account, { origin: "https://evil.example" });
    await register(app, account);
    await mailbox.next(account.email, /passkey/i);
    expect(mailbox.mails(account.email)).toHaveLength(1);
  });
});
