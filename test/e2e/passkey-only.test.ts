import { Session } from "../../src/modules/session/session.entity.js";
import { Authenticator } from "../support/authenticator.js";
import { logInWith, mutate, reauthenticate } from "../support/factor-journeys.js";
import { type Account, errorOf, loggedIn, PASSWORD, signedUp, stateOf } from "../support/journeys.js";
import { receiveReset, resetPassword, startWithMailbox } from "../support/mail-journeys.js";
import type { Mailbox } from "../support/mailbox.js";
import { meanwhile } from "../support/meanwhile.js";
import {
  addPasskey,
  logInByPasskey,
  reauthenticateByPasskey,
  startCeremony,
} from "../support/passkey-logins.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const LAST_WAY_IN = { code: "FORBIDDEN", reason: "LAST_WAY_IN" };

describe("an account that only passkeys log in to", () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    ({ app, mailbox } = await startWithMailbox({ MAILS_PER_ACCOUNT: "1000" }));
  });

  const removePassword = (token: string) => mutate(app, token, "removePassword");
  const removePasskey = (token: string, id: string) => mutate(app, token, `removePasskey(id: "${id}")`);

  async function passkeyOnly() {
    const account = await signedUp(app);
    const { id, authenticator } = await addPasskey(app, account.accessToken);
    expect((await removePassword(account.accessToken)).body.data.result).toBe(true);
    return { account, authenticator, passkeyId: id };
  }

  test("says so, logs in by passkey, and by no password", async () => {
    const { account, authenticator } = await passkeyOnly();
    const { body } = await app.graphql("{ me { hasPassword } }", { token: account.accessToken });
    expect(body.data.me.hasPassword).toBe(false);
    for (const password of [PASSWORD, ""]) {
      expect((await logInWith(app, account, { password })).__typename).toBe("InvalidCredentials");
    }
    expect(await logInByPasskey(app, authenticator)).toMatchObject({ user: { hasPassword: false } });
    expect((await removePassword(account.accessToken)).body.data.result).toBe(false);
  });

  test("23: removing the password ends the other sessions, and is told", async () => {
    const account = await signedUp(app);
    const other = await loggedIn(app, account.email);
    await addPasskey(app, account.accessToken);
    await removePassword(account.accessToken);
    expect(await stateOf(app, other.accessToken)).toBe("SESSION_REVOKED");
    expect(await stateOf(app, account.accessToken)).toBe("alive");
    expect(await eventTypesOf(app, account.userId)).toContain("PASSWORD_REMOVED");
    await mailbox.next(account.email, /Your password was removed/);
  });

  test("22, 24: a session that was ended, or is not recent any more, when it comes to it removes nothing", async () => {
    const account = await signedUp(app);
    const { accessToken, sessionId } = account;
    await addPasskey(app, accessToken);
    meanwhile(() => app.orm.em.fork().nativeUpdate(Session, sessionId, { authenticatedAt: new Date(0) }));
    expect(errorOf(await removePassword(accessToken))?.code).toBe("REAUTHENTICATION_REQUIRED");
    await reauthenticate(app, accessToken, { password: PASSWORD });
    meanwhile(() => app.orm.em.fork().nativeDelete(Session, { id: sessionId }));
    expect(errorOf(await removePassword(accessToken))?.reason).toBe("SESSION_REVOKED");
    expect((await logInWith(app, account)).__typename).toBe("AuthPayload");
  });

  test("33: a link that could set a password is void after it is removed", async () => {
    const account = await signedUp(app);
    const token = await receiveReset(app, mailbox, account.email);
    await addPasskey(app, account.accessToken);
    await removePassword(account.accessToken);
    expect(await resetPassword(app, token, "a brand new password")).toMatchObject({ reason: "REVOKED" });
  });

  test("the last way in cannot be removed: neither the password without a passkey", async () => {
    const { accessToken } = await signedUp(app);
    expect(errorOf(await removePassword(accessToken))).toEqual(LAST_WAY_IN);
  });

  test("nor where passkeys are not offered any more", async () => {
    const durable = await TestApp.startDurable();
    const { accessToken } = await signedUp(durable);
    await addPasskey(durable, accessToken);
    const without = await durable.startAnother({ PASSKEYS: "false" });
    expect(errorOf(await mutate(without, accessToken, "removePassword"))).toEqual(LAST_WAY_IN);
  });

  test("nor the last passkey without a password", async () => {
    const { account, authenticator, passkeyId } = await passkeyOnly();
    expect(errorOf(await removePasskey(account.accessToken, passkeyId))).toEqual(LAST_WAY_IN);
    const second = await addPasskey(app, account.accessToken);
    expect((await removePasskey(account.accessToken, passkeyId)).body.data.result).toBe(true);
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("InvalidPasskey");
    expect((await logInByPasskey(app, second.authenticator)).__typename).toBe("AuthPayload");
  });

  test("of the password and the last passkey, removed at once, one stays", async () => {
    for (let round = 0; round < 10; round++) {
      const account = await signedUp(app);
      const { id } = await addPasskey(app, account.accessToken);
      const answers = await Promise.all([
        removePassword(account.accessToken),
        removePasskey(account.accessToken, id),
      ]);
      expect(answers.filter((answer) => answer.body.data?.result === true)).toHaveLength(1);
      expect(answers.map(errorOf).filter((error) => error !== undefined)).toEqual([LAST_WAY_IN]);
    }
  });

  test("of two last passkeys, removed at once, one stays", async () => {
    for (let round = 0; round < 10; round++) {
      const { account, passkeyId } = await passkeyOnly();
      const second = await addPasskey(app, account.accessToken);
      const answers = await Promise.all(
        [passkeyId, second.id].map((id) => removePasskey(account.accessToken, id)),
      );
      expect(answers.filter((answer) => answer.body.data?.result === true)).toHaveLength(1);
    }
  });

  describe("proves who is there by passkey", () => {
    /** Why what needs a recent login is refused; undefined where it is not. */
    const refusalForAge = async ({ accessToken }: Account) =>
      errorOf(await mutate(app, accessToken, "startPasskeyRegistration { ceremonyId }"))?.code;

    test("24: which counts as a recent login, where no password could", async () => {
      const { account, authenticator } = await passkeyOnly();
      app.advanceSeconds(601);
      expect(await refusalForAge(account)).toBe("REAUTHENTICATION_REQUIRED");
      const byPassword = await reauthenticate(app, account.accessToken, { password: PASSWORD });
      expect(byPassword.__typename).toBe("InvalidCredentials");
      const renewed = { __typename: "Session", id: account.sessionId, isCurrent: true };
      expect(await reauthenticateByPasskey(app, account.accessToken, authenticator)).toEqual(renewed);
      expect(await refusalForAge(account)).toBeUndefined();
      expect((await eventTypesOf(app, account.userId)).at(-1)).toBe("REAUTHENTICATED");
    });

    test("38: with an own one, in a ceremony of one's own, and once", async () => {
      const [mine, theirs] = [await passkeyOnly(), await passkeyOnly()];
      app.advanceSeconds(601);
      const { accessToken } = mine.account;
      const foreign = await reauthenticateByPasskey(app, accessToken, theirs.authenticator);
      expect(foreign.__typename).toBe("InvalidPasskey");

      const ofTheirs = await startCeremony(app, "startPasskeyReauthentication", theirs.account.accessToken);
      const passkey = {
        ceremonyId: ofTheirs.ceremonyId,
        response: mine.authenticator.answer(ofTheirs.options),
      };
      expect((await reauthenticate(app, accessToken, { passkey })).__typename).toBe("InvalidPasskey");

      const login = await startCeremony(app, "startPasskeyLogin");
      const stray = { ceremonyId: login.ceremonyId, response: mine.authenticator.answer(login.options) };
      expect((await reauthenticate(app, accessToken, { passkey: stray })).__typename).toBe("InvalidPasskey");
      expect(await refusalForAge(mine.account)).toBe("REAUTHENTICATION_REQUIRED");

      const own = await startCeremony(app, "startPasskeyReauthentication", accessToken);
      const answer = { ceremonyId: own.ceremonyId, response: mine.authenticator.answer(own.options) };
      expect((await reauthenticate(app, accessToken, { passkey: answer })).__typename).toBe("Session");
      expect((await reauthenticate(app, accessToken, { passkey: answer })).__typename).toBe("InvalidPasskey");
    });

    test("asked for by its id, an authenticator need not say whose it is", async () => {
      const { account, authenticator } = await passkeyOnly();
      const silent = { userHandle: null };
      const answer = await reauthenticateByPasskey(app, account.accessToken, authenticator, silent);
      expect(answer.__typename).toBe("Session");
    });

    test("where there is no passkey, none is asked for", async () => {
      const { accessToken } = await signedUp(app);
      const answer = await mutate(app, accessToken, "startPasskeyReauthentication { ceremonyId }");
      expect(errorOf(answer)?.code).toBe("BAD_USER_INPUT");
    });

    test("38: without user verification it is refused", async () => {
      const { account, authenticator } = await passkeyOnly();
      const tampering = { flags: { userVerified: false } };
      const answer = await reauthenticateByPasskey(app, account.accessToken, authenticator, tampering);
      expect(answer.__typename).toBe("InvalidPasskey");
    });

    test("is offered the account's passkeys only", async () => {
      const { account, authenticator } = await passkeyOnly();
      await addPasskey(app, (await signedUp(app)).accessToken, new Authenticator());
      const { options } = await startCeremony(app, "startPasskeyReauthentication", account.accessToken);
      expect(options.allowCredentials.map(({ id }: { id: string }) => id)).toEqual([
        authenticator.credentialId,
      ]);
    });
  });
});
