import { User } from "../../src/modules/user/user.entity.js";
import { UserStatus } from "../../src/modules/user/user.types.js";
import { Authenticator, type Tampering } from "../support/authenticator.js";
import { logInWith } from "../support/factor-journeys.js";
import { type Account, signedUp } from "../support/journeys.js";
import { passkeysOf } from "../support/passkey-journeys.js";
import { LIES } from "../support/passkey-lies.js";
import { addPasskey, finishPasskeyLogin, logInByPasskey, startCeremony } from "../support/passkey-logins.js";
import { totpOn } from "../support/second-factor.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const INVALID = { __typename: "InvalidPasskey", code: "INVALID_PASSKEY" };

describe("logging in with a passkey", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  async function withPasskey(authenticator = new Authenticator()) {
    const account = await signedUp(app);
    await addPasskey(app, account.accessToken, authenticator);
    return { account, authenticator };
  }

  test("opens a session for its owner, who never said who they are", async () => {
    const { account, authenticator } = await withPasskey();
    const payload = await logInByPasskey(app, authenticator);
    expect(payload).toMatchObject({ __typename: "AuthPayload", user: { id: account.userId } });
    expect(payload.session.id).not.toBe(account.sessionId);
    expect((await eventTypesOf(app, account.userId)).at(-1)).toBe("LOGGED_IN");
    const { lastLoginAt } = await app.orm.em.fork().findOneOrFail(User, { id: account.userId });
    expect(lastLoginAt?.toISOString()).toBe(payload.user.lastLoginAt);
  });

  test("is asked for with user verification, of any passkey, and with a fresh challenge each time", async () => {
    const [first, second] = [
      await startCeremony(app, "startPasskeyLogin"),
      await startCeremony(app, "startPasskeyLogin"),
    ];
    expect(first.options).toMatchObject({ userVerification: "required", rpId: "latchkey.test" });
    expect(first.options.allowCredentials ?? []).toEqual([]);
    expect(Buffer.from(first.options.challenge, "base64url")).toHaveLength(32);
    expect(first.options.challenge).not.toBe(second.options.challenge);
  });

  test("asking for it writes nothing", async () => {
    app.statements.length = 0;
    await startCeremony(app, "startPasskeyLogin");
    expect(app.statements).toEqual([]);
  });

  test("asks for no code where a second factor is on: a passkey with user verification is two", async () => {
    const { account, authenticator } = await withPasskey();
    await totpOn(app, account);
    expect((await logInWith(app, account)).__typename).toBe("MfaRequired");
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AuthPayload");
  });

  test.each(LIES)("38: is refused with $name", async ({ lie, message }) => {
    const { account, authenticator } = await withPasskey();
    const refused = { ...INVALID, message: expect.stringMatching(message) };
    expect(await logInByPasskey(app, authenticator, lie)).toMatchObject(refused);
    expect((await logInByPasskey(app, authenticator)).user.id).toBe(account.userId);
  });

  test.each<[string, Tampering]>([
    ["the type of a registration", { type: "webauthn.create" }],
    ["no user handle", { userHandle: null }],
    ["somebody else's user handle", { userHandle: Buffer.from("somebody").toString("base64url") }],
    ["a key that cannot be copied, where it could be", { flags: { backupEligible: false, backedUp: false } }],
    ["a credential nobody has", { id: Buffer.alloc(16, 9).toString("base64url") }],
  ])("38: is refused with %s", async (_name, tampering) => {
    const { authenticator } = await withPasskey();
    expect(await logInByPasskey(app, authenticator, tampering)).toMatchObject(INVALID);
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AuthPayload");
  });

  test("38: another key with the same credential id is refused, and recorded for the owner", async () => {
    const { account, authenticator } = await withPasskey();
    const forger = new Authenticator({ credentialId: authenticator.credentialId });
    const userHandle = Buffer.from(account.userId).toString("base64url");
    expect(await logInByPasskey(app, forger, { userHandle })).toMatchObject(INVALID);
    expect((await eventTypesOf(app, account.userId)).at(-1)).toBe("LOGIN_FAILED");
  });

  test("38: the passkey of one person does not open the account of another", async () => {
    const [mine, theirs] = [await withPasskey(), await withPasskey()];
    const userHandle = Buffer.from(theirs.account.userId).toString("base64url");
    const { credentialId: id } = theirs.authenticator;
    expect(await logInByPasskey(app, mine.authenticator, { userHandle })).toMatchObject(INVALID);
    expect(await logInByPasskey(app, mine.authenticator, { userHandle, id })).toMatchObject(INVALID);
  });

  test("38: a challenge is good once, for five minutes, and for the kind of ceremony it was made for", async () => {
    const { account, authenticator } = await withPasskey();
    const { ceremonyId, options } = await startCeremony(app, "startPasskeyLogin");
    const response = authenticator.answer(options);
    expect((await finishPasskeyLogin(app, { ceremonyId, response })).__typename).toBe("AuthPayload");
    expect(await finishPasskeyLogin(app, { ceremonyId, response })).toMatchObject(INVALID);
    const again = authenticator.answer(options);
    expect(await finishPasskeyLogin(app, { ceremonyId, response: again })).toMatchObject(INVALID);

    const patient = await startCeremony(app, "startPasskeyLogin");
    const slow = await startCeremony(app, "startPasskeyLogin");
    app.advanceSeconds(290);
    const inTime = { ceremonyId: patient.ceremonyId, response: authenticator.answer(patient.options) };
    expect((await finishPasskeyLogin(app, inTime)).__typename).toBe("AuthPayload");
    app.advanceSeconds(11);
    const late = { ceremonyId: slow.ceremonyId, response: authenticator.answer(slow.options) };
    expect(await finishPasskeyLogin(app, late)).toMatchObject(INVALID);

    for (const field of ["startPasskeyReauthentication", "startPasskeyRegistration"] as const) {
      const other = await startCeremony(app, field, account.accessToken);
      const options = { ...slow.options, challenge: other.options.challenge };
      const stray = { ceremonyId: other.ceremonyId, response: authenticator.answer(options) };
      expect(await finishPasskeyLogin(app, stray)).toMatchObject(INVALID);
    }
  });

  test("30, 38: no other token serves as a ceremony, whoever has signed it", async () => {
    const { account, authenticator } = await withPasskey();
    const { ceremonyId, options } = await startCeremony(app, "startPasskeyLogin");
    const response = authenticator.answer(options);
    const strays = [account.accessToken, account.refreshToken, "", "x", `${ceremonyId}x`, "__proto__"];
    for (const stray of strays) {
      expect(await finishPasskeyLogin(app, { ceremonyId: stray, response })).toMatchObject(INVALID);
    }
    expect((await finishPasskeyLogin(app, { ceremonyId, response })).__typename).toBe("AuthPayload");
  });

  test("38: a counter that does not grow tells of a copy, and is refused", async () => {
    const { account, authenticator } = await withPasskey(new Authenticator({ isCounting: true }));
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AuthPayload");
    expect(await logInByPasskey(app, authenticator, { counter: 1 })).toMatchObject(INVALID);
    expect(await logInByPasskey(app, authenticator, { counter: 0 })).toMatchObject(INVALID);
    expect((await logInByPasskey(app, authenticator, { counter: 4_294_967_295 })).__typename).toBe(
      "AuthPayload",
    );
    expect((await eventTypesOf(app, account.userId)).filter((type) => type === "LOGIN_FAILED")).toHaveLength(
      2,
    );
  });

  test("38: of two that were made with one count, at once, one is good", async () => {
    const { authenticator } = await withPasskey(new Authenticator({ isCounting: true }));
    const logins = [1, 2].map(() => logInByPasskey(app, authenticator, { counter: 7 }));
    const types = (await Promise.all(logins)).map(({ __typename }) => __typename);
    expect(types.sort()).toEqual(["AuthPayload", "InvalidPasskey"]);
  });

  test("what an authenticator says last of its copies is kept", async () => {
    const { account, authenticator } = await withPasskey();
    for (const backedUp of [true, false, true]) {
      await logInByPasskey(app, authenticator, { flags: { backedUp } });
      expect(await passkeysOf(app, account)).toMatchObject([{ isBackedUp: backedUp }]);
    }
  });

  test("a disabled account says so to its owner, and one that waits for verification, too", async () => {
    const { account, authenticator } = await withPasskey();
    await app.orm.em.fork().nativeUpdate(User, { id: account.userId }, { status: UserStatus.DISABLED });
    expect((await logInByPasskey(app, authenticator)).__typename).toBe("AccountDisabled");
    expect((await eventTypesOf(app, account.userId)).at(-1)).toBe("LOGIN_FAILED");

    const durable = await TestApp.startDurable();
    const waiting = await signedUp(durable);
    const key = (await addPasskey(durable, waiting.accessToken)).authenticator;
    const strict = await durable.startAnother({ EMAIL_VERIFICATION: "required" });
    expect((await logInByPasskey(strict, key)).__typename).toBe("EmailNotVerified");
  });

  test("22: a passkey that was removed, or whose account is gone, opens nothing", async () => {
    const { account, authenticator } = await withPasskey();
    const { body } = await app.graphql("mutation { deleteAccount }", { token: account.accessToken });
    expect(body.data.deleteAccount).toBe(true);
    expect(await logInByPasskey(app, authenticator)).toMatchObject(INVALID);
  });

  test("12, 35: a login from where nobody logged in before is told to the owner, others are not", async () => {
    const { account, authenticator } = await withPasskey();
    const notices = async () => {
      const [row] = await app.execute(
        `select count(*) as n from outbox_mails where kind = 'NEW_DEVICE' and user_id = '${account.userId}'`,
      );
      return Number(row?.n);
    };
    await logInByPasskey(app, authenticator);
    expect(await notices()).toBe(0);
    await logInByPasskey(app, authenticator, {}, { headers: { "user-agent": "another browser" } });
    expect(await notices()).toBe(1);
  });

  test("15: however many were refused from a network, one that is right is let in, and the log stays short", async () => {
    const strict = await TestApp.start({ LOGIN_ATTEMPTS_PER_IP: "3" });
    const account: Account = await signedUp(strict);
    const { authenticator } = await addPasskey(strict, account.accessToken);
    const types: string[] = [];
    for (let i = 0; i < 6; i++) {
      types.push(
        (await logInByPasskey(strict, authenticator, { origin: "https://evil.example" })).__typename,
      );
    }
    expect(types.slice(0, 3)).toEqual(["InvalidPasskey", "InvalidPasskey", "InvalidPasskey"]);
    expect(types.slice(4)).toEqual(["TooManyAttempts", "TooManyAttempts"]);
    const failed = (await eventTypesOf(strict, account.userId)).filter((type) => type === "LOGIN_FAILED");
    expect(failed.length).toBeLessThanOrEqual(4);
    expect((await logInByPasskey(strict, authenticator)).__typename).toBe("AuthPayload");
  });
});
