import { randomUUID } from "node:crypto";
import { OutboxMail } from "../../src/modules/mail/outbox-mail.entity.js";
import { User } from "../../src/modules/user/user.entity.js";
import { administer, deedsOnRecord, eventsOf, signedUpAdmin, updateUser } from "../support/administration.js";
import { type Account, login, signedUp, stateOf } from "../support/journeys.js";
import {
  ask,
  RESET_LINK,
  receiveReset,
  resetPassword,
  startWithMailbox,
  tokenOf,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { TestApp } from "../support/test-app.js";

const NEW_PASSWORD = "another fine secret";

describe("sendPasswordReset", () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let admin: Account;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "3", EMAIL_VERIFICATION: "off" }));
    admin = await signedUpAdmin(app);
  });

  const send = async (id: string, { on = app, by = admin } = {}) =>
    (await administer(on, { token: by.accessToken, id }, "sendPasswordReset")).body;

  test("sends the owner the link that they could ask for, and puts on record who sent it", async () => {
    const { userId, email, accessToken } = await signedUp(app);
    expect(await send(userId)).toEqual({ data: { result: true } });
    const mail = await mailbox.next(email, RESET_LINK);
    // Nothing is ended or changed by the mail itself.
    expect(await stateOf(app, accessToken)).toBe("alive");
    expect((await resetPassword(app, tokenOf(mail), NEW_PASSWORD)).__typename).toBe("PasswordChanged");
    expect((await login(app, email, NEW_PASSWORD)).__typename).toBe("AuthPayload");
    const requests = (await eventsOf(app, { userId })).filter(({ type }) => /RESET_REQUESTED/.test(type));
    expect(requests).toMatchObject([{ actorId: admin.userId }]);
  });

  test("asks none of the limits for strangers, and uses none of them up", async () => {
    const { userId, email } = await signedUp(app);
    for (let i = 0; i < 10; i++) expect(await send(userId)).toEqual({ data: { result: true } });
    for (let i = 0; i < 10; i++) await mailbox.next(email, RESET_LINK);
    for (let i = 0; i < 3; i++) await receiveReset(app, mailbox, email);
    const refused = await ask(app, "requestPasswordReset", { email });
    expect(refused.body.errors?.[0]?.extensions.code).toBe("RATE_LIMITED");
    expect(await send(userId)).toEqual({ data: { result: true } });
    await mailbox.next(email, RESET_LINK);
  });

  test.each([randomUUID(), ...NASTY_STRINGS])("is false for an account that is not there: %j", async (id) => {
    expect(await send(id)).toEqual({ data: { result: false } });
  });

  test("is false for a disabled account, and leaves nothing to be sent", async () => {
    const { userId, email } = await signedUp(app);
    await updateUser(app, admin.accessToken, { id: userId, status: "DISABLED" });
    expect(await send(userId)).toEqual({ data: { result: false } });
    expect(await app.orm.em.fork().count(OutboxMail, { recipient: email })).toBe(0);
    expect(await deedsOnRecord(app, admin, { userId })).toEqual(["STATUS_CHANGED"]);
  });

  test("is false where the server sends no mail, and is not on record", async () => {
    const mute = await TestApp.start({}, { mailTransport: null });
    const by = await signedUpAdmin(mute);
    const { userId } = await signedUp(mute);
    expect(await send(userId, { on: mute, by })).toEqual({ data: { result: false } });
    expect(await deedsOnRecord(mute, by, { userId })).toEqual([]);
  });

  test("goes to the account it was meant for, whoever has its address when it is written", async () => {
    const quiet = await TestApp.startDurable({ EMAIL_VERIFICATION: "off" });
    const by = await signedUpAdmin(quiet);
    const meant = await signedUp(quiet);
    await send(meant.userId, { on: quiet, by });
    const moved = `moved.${meant.email}`;
    const address = { email: moved, emailNormalized: moved };
    await quiet.orm.em.fork().nativeUpdate(User, { id: meant.userId }, address);
    await signedUp(quiet, { email: meant.email });
    await quiet.startAnother({ EMAIL_VERIFICATION: "off", SMTP_URL: mailbox.url });
    await mailbox.next(moved, RESET_LINK);
    expect(mailbox.mails(meant.email)).toEqual([]);
  });

  test("one that has not left goes with the account", async () => {
    const unsent = await TestApp.start({ EMAIL_VERIFICATION: "off" });
    const by = await signedUpAdmin(unsent);
    const { userId, email } = await signedUp(unsent);
    const waiting = async () =>
      (await unsent.orm.em.fork().find(OutboxMail, { recipient: email })).map(({ kind }) => kind);
    await send(userId, { on: unsent, by });
    expect(await waiting()).toEqual(["RESET_PASSWORD"]);
    await administer(unsent, { token: by.accessToken, id: userId }, "deleteUser");
    expect(await waiting()).toEqual(["ACCOUNT_DELETED_BY_ADMIN"]);
  });
});
