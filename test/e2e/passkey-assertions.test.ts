import { inTransaction, type WriteContext } from "../../src/context.js";
import { CeremonyPurpose } from "../../src/modules/passkey/ceremonies.js";
import { Passkey } from "../../src/modules/passkey/passkey.entity.js";
import {
  PasskeyAssertion,
  type PasskeyAssertions,
  PasskeyRefusal,
} from "../../src/modules/passkey/passkey-assertions.js";
import { lockActiveUser } from "../../src/modules/user/user.lock.js";
import { Authenticator, type Tampering } from "../support/authenticator.js";
import { type Account, signedUp } from "../support/journeys.js";
import {
  assertionsOf,
  ceremoniesOf,
  type Request,
  startReauthentication,
  startRegistration,
  withPasskey,
} from "../support/passkey-journeys.js";
import { LIES, REFUSED } from "../support/passkey-lies.js";
import { TestApp } from "../support/test-app.js";

describe("an answer of a passkey", () => {
  let app: TestApp;
  let beside: TestApp;
  let assertions: PasskeyAssertions;
  let account: Account;
  let authenticator: Authenticator;

  beforeAll(async () => {
    app = await TestApp.startDurable();
    beside = await app.startAnother();
    assertions = assertionsOf(app);
  });

  beforeEach(async () => {
    account = await signedUp(app);
    authenticator = await withPasskey(app, account, new Authenticator({ isCounting: true }));
  });

  const contextOf = (instance: TestApp): WriteContext => ({
    em: instance.orm.em.fork(),
    client: { ipAddress: null, userAgent: null },
  });
  const startLogin = async () => (await assertions.startLogin()) as Request;
  const verify = (ceremonyId: string, response: unknown, userId: string | null = null) =>
    assertions.verify(contextOf(app), { ceremonyId, response }, userId);
  const verifyLogin = async (lies?: Tampering, by = authenticator) => {
    const { ceremonyId, options } = await startLogin();
    return verify(ceremonyId, by.answer(options, lies));
  };
  const spend = (assertion: PasskeyAssertion | PasskeyRefusal, instance = app): Promise<boolean> => {
    if (assertion instanceof PasskeyRefusal) throw new Error("Refused");
    return inTransaction(contextOf(instance), async (tx) => {
      await lockActiveUser(tx.em, assertion.user.id);
      return assertion instanceof PasskeyAssertion && assertionsOf(instance).spend(tx, assertion);
    });
  };
  const stored = () => app.orm.em.fork().findOneOrFail(Passkey, { credentialId: authenticator.credentialId });
  const refusedFor = (userId: string | null, message = REFUSED) => ({
    userId,
    refusal: { code: "INVALID_PASSKEY", message: expect.stringMatching(message) },
  });

  test("to a login: nobody is asked for in particular, and it says whose it is", async () => {
    app.statements.length = 0;
    const { ceremonyId, options } = await startLogin();
    expect(app.statements).toEqual([]);
    expect(options).toMatchObject({ rpId: "latchkey.test", userVerification: "required", timeout: 300_000 });
    expect(options.allowCredentials).toBeUndefined();
    const assertion = await verify(ceremonyId, authenticator.answer(options));
    expect(assertion).toMatchObject({ user: { id: account.userId, email: account.email } });
    expect(await stored()).toMatchObject({ signatureCounter: 0, lastUsedAt: null });
    expect(await spend(assertion)).toBe(true);
    const { signatureCounter, lastUsedAt } = await stored();
    expect([signatureCounter, (lastUsedAt?.getTime() ?? 0) > app.now - 60_000]).toEqual([1, true]);
  });

  test("38: is good once, also for two who have both looked before", async () => {
    const { ceremonyId, options } = await startLogin();
    const response = authenticator.answer(options);
    const assertionsOfOne = [await verify(ceremonyId, response), await verify(ceremonyId, response)];
    expect(await spend(assertionsOfOne[0] as PasskeyAssertion)).toBe(true);
    expect(await spend(assertionsOfOne[1] as PasskeyAssertion)).toBe(false);
  });

  test("38: is good for one of 16 at once, on two instances, whether it counts or not, in 5 rounds", async () => {
    for (let round = 0; round < 5; round++) {
      const by = await withPasskey(app, account, new Authenticator({ isCounting: round % 2 === 0 }));
      const { ceremonyId, options } = await startLogin();
      const response = by.answer(options);
      const spent = await Promise.all(
        Array.from({ length: 16 }, async (_, index) =>
          spend(await verify(ceremonyId, response), index % 2 === 0 ? app : beside),
        ),
      );
      expect(spent.filter((isSpent) => isSpent)).toHaveLength(1);
    }
  });

  test.each(LIES)("38: is refused with $name", async ({ lie, message }) => {
    expect(await verifyLogin(lie)).toMatchObject(refusedFor(account.userId, message));
  });

  test.each<[string, Tampering]>([
    ["the type of a registration", { type: "webauthn.create" }],
    ["no user handle", { userHandle: null }],
    ["the user handle of nobody", { userHandle: "AAAA" }],
    ["a key that cannot be copied, where it could be", { flags: { backupEligible: false, backedUp: false } }],
  ])("38: is refused with %s", async (_lie, lie) => {
    expect(await verifyLogin(lie)).toMatchObject(refusedFor(account.userId));
  });

  test("38: is refused with the user handle of another", async () => {
    const other = await signedUp(app);
    const userHandle = Buffer.from(other.userId).toString("base64url");
    expect(await verifyLogin({ userHandle })).toMatchObject(refusedFor(account.userId));
  });

  test("38: is refused when another key has signed it, or nobody knows it", async () => {
    const { options } = await startRegistration(app, account);
    const thief = new Authenticator({ credentialId: authenticator.credentialId });
    thief.register(options);
    expect(await verifyLogin({}, thief)).toMatchObject(refusedFor(account.userId));
    const stranger = new Authenticator();
    stranger.register(options);
    expect(await verifyLogin({}, stranger)).toMatchObject(refusedFor(null));
  });

  test("38: is refused for a ceremony that is over, and good until then", async () => {
    const { ceremonyId, options } = await startLogin();
    const response = authenticator.answer(options);
    app.advanceSeconds(298);
    const inTime = await verify(ceremonyId, response);
    app.advanceSeconds(2);
    expect(await verify(ceremonyId, response)).toMatchObject(refusedFor(null));
    // Verified in time, and spent when nobody would remember it any more.
    expect(await spend(inTime)).toBe(false);
    app.advanceSeconds(-300);
  });

  test("38: is good for what it was asked for, by whom it was asked for, and nothing else", async () => {
    const other = await signedUp(app);
    const othersOwn = await withPasskey(app, other);
    const reauthentication = await startReauthentication(app, account);
    const login = await startLogin();
    const registration = await startRegistration(app, account);
    const answer = ({ options }: { options: { challenge: string } }, by = authenticator) =>
      by.answer({ ...login.options, challenge: options.challenge });
    const attempts = [
      verify(reauthentication.ceremonyId, answer(reauthentication)),
      verify(reauthentication.ceremonyId, answer(reauthentication), other.userId),
      verify(reauthentication.ceremonyId, answer(reauthentication, othersOwn), other.userId),
      verify(login.ceremonyId, answer(login), account.userId),
      verify(login.ceremonyId, answer(reauthentication)),
      verify(registration.ceremonyId, answer(registration)),
      verify(registration.ceremonyId, answer(registration), account.userId),
    ];
    for (const attempt of await Promise.all(attempts)) expect(attempt).toBeInstanceOf(PasskeyRefusal);
    const another = await verify(
      reauthentication.ceremonyId,
      answer(reauthentication, othersOwn),
      account.userId,
    );
    expect(another).toMatchObject(refusedFor(other.userId));
    // Asked for by its id, an authenticator need not say whose it is.
    const response = authenticator.answer(reauthentication.options, { userHandle: null });
    const own = await verify(reauthentication.ceremonyId, response, account.userId);
    expect(await spend(own)).toBe(true);
    expect(
      ceremoniesOf(app).read(login.ceremonyId, { purpose: CeremonyPurpose.LOGIN, userId: null }),
    ).not.toBeNull();
  });

  test("38: of a copy that counts on its own is refused, be it looked at before or after", async () => {
    const early = await verifyLogin({ counter: 5 });
    const late = await verifyLogin({ counter: 6 });
    expect(await spend(late)).toBe(true);
    expect(await spend(early)).toBe(false);
    for (const counter of [6, 5, 0]) {
      expect(await verifyLogin({ counter })).toMatchObject(refusedFor(account.userId));
    }
    expect(await stored()).toMatchObject({ signatureCounter: 6 });
    expect(await spend(await verifyLogin({ counter: 2 ** 32 - 1 }))).toBe(true);
  });

  test("38: two that were made with one count: one is good", async () => {
    const [one, two] = [await verifyLogin({ counter: 3 }), await verifyLogin({ counter: 3 })];
    const spent = await Promise.all([spend(one), spend(two, beside)]);
    expect(spent.sort()).toEqual([false, true]);
  });

  test("of one that does not count is good every time, and what it says last of its copies is kept", async () => {
    for (const backedUp of [true, false, true]) {
      expect(await spend(await verifyLogin({ counter: 0, flags: { backedUp } }))).toBe(true);
      expect(await stored()).toMatchObject({ isBackedUp: backedUp, signatureCounter: 0 });
    }
  });

  test("is no good when the passkey was removed meanwhile", async () => {
    const assertion = await verifyLogin();
    await app.orm.em.fork().nativeDelete(Passkey, { credentialId: authenticator.credentialId });
    expect(await spend(assertion)).toBe(false);
    expect(await verifyLogin()).toMatchObject(refusedFor(null));
  });
});
