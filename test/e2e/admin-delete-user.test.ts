import { randomUUID } from "node:crypto";
import { PendingSignup } from "../../src/modules/pending-signup/pending-signup.entity.js";
import { SecurityEvent } from "../../src/modules/security-event/security-event.entity.js";
import { SecurityEventType } from "../../src/modules/security-event/security-event.types.js";
import {
  administer,
  deedsOnRecord,
  makeAdmin,
  signedUpAdmin,
  updateUser,
} from "../support/administration.js";
import { eventually } from "../support/eventually.js";
import { type Account, login, newEmail, signedUp, signup } from "../support/journeys.js";
import {
  receiveReset,
  resetPassword,
  result,
  startWithMailbox,
  tokenOf,
  verifyEmail,
} from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { NASTY_STRINGS } from "../support/nasty-strings.js";
import { tablesWith } from "../support/table-search.js";
import type { TestApp } from "../support/test-app.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

describe("deleteUser", () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let admin: Account;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox());
    admin = await signedUpAdmin(app);
  });

  async function deleteUser(id: string) {
    const { body } = await administer(app, { token: admin.accessToken, id }, "deleteUser");
    return body.errors ?? body.data.result;
  }

  test("takes everything along, like the owner's own deletion", async () => {
    const marker = randomUUID();
    const email = `gone.${marker}@example.org`;
    const user = await signedUp(app, { email, username: marker.slice(0, 20), name: `Name ${marker}` });
    const token = await receiveReset(app, mailbox, email);
    await result(app, "requestEmailChange", { newEmail: `new.${email}` }, { token: user.accessToken });
    await mailbox.next(`new.${email}`);
    expect(await deleteUser(user.userId)).toBe(true);
    expect(await resetPassword(app, token, "a brand new password")).toMatchObject({ reason: "REVOKED" });
    await mailbox.next(email, /was deleted/);
    // The notice itself goes when it has been handed over.
    const texts = [marker, marker.slice(0, 20)];
    await eventually(async () => ((await tablesWith(app, texts)).length === 0 ? true : undefined));
    expect(await tablesWith(app, [user.userId])).toEqual(["security_events"]);
    expect((await login(app, email)).__typename).toBe("InvalidCredentials");
    expect(await signedUp(app, { email })).toMatchObject({ email });
  });

  test("also a disabled account", async () => {
    const { userId } = await signedUp(app);
    await updateUser(app, admin.accessToken, { id: userId, status: "DISABLED" });
    expect(await deleteUser(userId)).toBe(true);
  });

  test("signups that wait for the address in vain are forgotten with it", async () => {
    const strict = await startWithMailbox({ EMAIL_VERIFICATION: "required" });
    const verified = async () => {
      const email = newEmail();
      await signup(strict.app, { email });
      await verifyEmail(strict.app, tokenOf(await strict.mailbox.next(email)));
      const { user, accessToken } = await login(strict.app, email);
      return { email, userId: String(user.id), token: String(accessToken) };
    };
    const [boss, user] = [await verified(), await verified()];
    await makeAdmin(strict.app, boss);
    await signup(strict.app, { email: user.email, name: "Somebody else" });
    const waiting = () => strict.app.orm.em.fork().count(PendingSignup, { email: user.email });
    expect(await waiting()).toBe(1);
    const { body } = await administer(strict.app, { token: boss.token, id: user.userId }, "deleteUser");
    expect(body).toEqual({ data: { result: true } });
    expect(await waiting()).toBe(0);
  });

  test("tells the owner that an administrator did it, and nothing of where the administrator is", async () => {
    const { userId, email } = await signedUp(app);
    await app.graphql(`mutation { deleteUser(id: "${userId}") }`, {
      token: admin.accessToken,
      headers: { "user-agent": FIREFOX },
    });
    const notice = await mailbox.next(email, /was deleted/);
    expect(notice.text).toMatch(/An administrator of latchkey\.test has deleted your account/);
    expect(notice.source).not.toMatch(/Firefox|127\.0\.0\.1/);
    expect(notice.links).toEqual([]);
  });

  test("leaves on record that and by whom, and forgets where from the person came", async () => {
    const { userId } = await signedUp(app);
    const em = app.orm.em.fork();
    const event = { userId, actorId: null, ipAddress: "198.51.100.7", userAgent: FIREFOX };
    await em.insert(SecurityEvent, {
      id: randomUUID(),
      type: SecurityEventType.LOGGED_IN,
      occurredAt: new Date(app.now),
      ...event,
    });
    await deleteUser(userId);
    expect(await deedsOnRecord(app, admin, { userId })).toEqual(["ACCOUNT_DELETED"]);
    const own = await app.orm.em.fork().find(SecurityEvent, { userId, actorId: null });
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(({ ipAddress, userAgent }) => ipAddress !== null || userAgent !== null)).toEqual([]);
  });

  test.each([randomUUID(), ...NASTY_STRINGS])("is false for an account that is not there: %j", async (id) => {
    expect(await deleteUser(id)).toBe(false);
  });

  test("of 8 at once one is true, and one notice is written", async () => {
    const { userId, email } = await signedUp(app);
    await mailbox.next(email);
    const answers = await Promise.all(Array.from({ length: 8 }, () => deleteUser(userId)));
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    expect(answers.filter((answer) => answer === false)).toHaveLength(7);
    await mailbox.next(email, /was deleted/);
    const later = await signedUp(app);
    await mailbox.next(later.email);
    expect(mailbox.mails(email)).toHaveLength(2);
    expect(await deedsOnRecord(app, admin, { userId })).toEqual(["ACCOUNT_DELETED"]);
  });

  test("administrators may delete themselves where others are left", async () => {
    const other = await signedUpAdmin(app);
    const { body } = await administer(app, { token: other.accessToken, id: other.userId }, "deleteUser");
    expect(body).toEqual({ data: { result: true } });
    expect((await mailbox.next(other.email, /was deleted/)).text).toMatch(/If this was you/);
  });
});
