import { SecretKeys } from "../../src/lib/secret-keys.js";
import { Ceremonies, CeremonyPurpose } from "../../src/modules/passkey/ceremonies.js";
import { Passkey } from "../../src/modules/passkey/passkey.entity.js";
import { Session } from "../../src/modules/session/session.entity.js";
import { SymmetricTokens } from "../../src/modules/token/symmetric-tokens.js";
import { Authenticator } from "../support/authenticator.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import { meanwhile } from "../support/meanwhile.js";
import {
  askPasskeys,
  finishRegistration,
  passkeysOf,
  register,
  startRegistration,
  withPasskey,
} from "../support/passkey-journeys.js";
import { LIES, REFUSED } from "../support/passkey-lies.js";
import { startCeremony } from "../support/passkey-logins.js";
import { eventTypesOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const refusal = {
  __typename: "InvalidPasskey",
  code: "INVALID_PASSKEY",
  message: expect.stringMatching(REFUSED),
};

describe("38: a passkey is not registered", () => {
  let app: TestApp;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  beforeEach(async () => {
    account = await signedUp(app);
  });

  const expectNothing = async (): Promise<void> => {
    expect(await passkeysOf(app, account)).toEqual([]);
    expect(await eventTypesOf(app, account.userId)).not.toContain("PASSKEY_ADDED");
  };

  test.each(LIES)("with $name", async ({ lie, message }) => {
    const refused = await register(app, account, lie);
    expect(refused).toEqual({ ...refusal, message: expect.stringMatching(message) });
    await expectNothing();
  });

  test("with the type of a login", async () => {
    expect(await register(app, account, { type: "webauthn.get" })).toEqual(refusal);
    await expectNothing();
  });

  test("with a challenge of another ceremony of the same person", async () => {
    const [one, other] = [await startRegistration(app, account), await startRegistration(app, account)];
    const response = new Authenticator().register(one.options);
    expect(await finishRegistration(app, account, { ceremonyId: other.ceremonyId, response })).toEqual(
      refusal,
    );
    await expectNothing();
  });

  test("five minutes later, and until then it is", async () => {
    const late = await startRegistration(app, account);
    const response = new Authenticator().register(late.options);
    app.advanceSeconds(300);
    expect(await finishRegistration(app, account, { ceremonyId: late.ceremonyId, response })).toEqual(
      refusal,
    );
    await expectNothing();
    const early = await startRegistration(app, account);
    app.advanceSeconds(298);
    const inTime = { ceremonyId: early.ceremonyId, response: new Authenticator().register(early.options) };
    expect(await finishRegistration(app, account, inTime)).toMatchObject({ __typename: "Passkey" });
    app.advanceSeconds(-598);
  });

  test("by a ceremony of another kind", async () => {
    const { options } = await startRegistration(app, account);
    const other = await startCeremony(app, "startPasskeyLogin");
    const response = new Authenticator().register({ ...options, challenge: other.options.challenge });
    expect(await finishRegistration(app, account, { ceremonyId: other.ceremonyId, response })).toEqual(
      refusal,
    );
    await expectNothing();
  });

  test("by a ceremony of another person", async () => {
    const { ceremonyId, options } = await startRegistration(app, await signedUp(app));
    const response = new Authenticator().register(options);
    expect(await finishRegistration(app, account, { ceremonyId, response })).toEqual(refusal);
    await expectNothing();
  });

  test("by a ceremony that another server has signed, or that was changed on its way", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const binding = { purpose: CeremonyPurpose.REGISTRATION, userId: account.userId };
    const secretKeys = new SecretKeys("another secret of more than 32 bytes");
    const foreign = new Ceremonies(secretKeys, () => app.now).open(binding);
    const finish = (id: string, challenge: string) => {
      const response = new Authenticator().register({ ...options, challenge });
      return finishRegistration(app, account, { ceremonyId: id, response });
    };
    expect(await finish(foreign.ceremonyId, foreign.challenge)).toEqual(refusal);
    const [header, , signature] = ceremonyId.split(".");
    const changed = `${header}.${foreign.ceremonyId.split(".")[1]}.${signature}`;
    expect(await finish(changed, foreign.challenge)).toEqual(refusal);
    for (const id of [`${ceremonyId}A`, ` ${ceremonyId}`, account.accessToken, account.refreshToken, ""]) {
      expect(await finish(id, options.challenge)).toEqual(refusal);
    }
    await expectNothing();
  });

  test.each([
    ["refresh-token", "rt+jwt"],
    ["refresh-token", "ceremony+jwt"],
    ["one-time-token", "ceremony+jwt"],
    ["passkey-ceremony", "rt+jwt"],
    ["passkey-ceremony", "JWT"],
  ])("30: by what we have signed with the key of %s as %s", async (purpose, type) => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const claims = JSON.parse(Buffer.from(ceremonyId.split(".")[1] ?? "", "base64url").toString());
    const forged = new SymmetricTokens(new SecretKeys(app.secret), purpose, type).sign(claims);
    const response = new Authenticator().register(options);
    expect(await finishRegistration(app, account, { ceremonyId: forged, response })).toEqual(refusal);
    expect(await finishRegistration(app, account, { ceremonyId, response })).toMatchObject({
      name: "Passkey",
    });
  });

  test("30: nor is a ceremony a token of any other kind", async () => {
    const { ceremonyId } = await startRegistration(app, account);
    const answer = await app.graphql("{ me { id } }", { token: ceremonyId });
    expect(errorOf(answer)).toMatchObject({ code: "UNAUTHENTICATED", reason: "INVALID_TOKEN" });
  });

  test("by a ceremony that was spent, also after the passkey was removed", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const authenticator = new Authenticator();
    const finish = (by: Authenticator) =>
      finishRegistration(app, account, { ceremonyId, response: by.register(options) });
    const { id } = await finish(authenticator);
    expect(await finish(new Authenticator())).toEqual(refusal);
    await askPasskeys(app, "remove", { ...account, variables: { id } });
    expect(await finish(authenticator)).toEqual(refusal);
    expect(await passkeysOf(app, account)).toEqual([]);
  });

  test("when it is registered already, be it one's own or another's, and stays whose it is", async () => {
    const owner = await signedUp(app);
    const { credentialId } = await withPasskey(app, owner);
    const thief = new Authenticator({ credentialId });
    expect(await register(app, account, { authenticator: thief })).toEqual(refusal);
    await expectNothing();
    expect(await register(app, owner, { authenticator: thief })).toEqual(refusal);
    expect(await passkeysOf(app, owner)).toHaveLength(1);
    const { user } = await app.orm.em.fork().findOneOrFail(Passkey, { credentialId });
    expect(user.id).toBe(owner.userId);
  });

  test("under another id than its authenticator has signed", async () => {
    const id = Buffer.from("another credential").toString("base64url");
    expect(await register(app, account, { id })).toEqual(refusal);
    await expectNothing();
  });

  test("22: by a session that was ended meanwhile", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const input = { ceremonyId, response: new Authenticator().register(options) };
    meanwhile(() => app.orm.em.fork().nativeDelete(Session, { id: account.sessionId }));
    const answer = await askPasskeys(app, "finish", { ...account, variables: { input } });
    expect(errorOf(answer)).toEqual({ code: "UNAUTHENTICATED", reason: "SESSION_REVOKED" });
    expect(await app.orm.em.fork().count(Passkey, { user: account.userId })).toBe(0);
  });

  test("24: long after the login", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const input = { ceremonyId, response: new Authenticator().register(options) };
    app.advanceSeconds(app.config.recentLoginSeconds);
    const answer = await askPasskeys(app, "finish", { ...account, variables: { input } });
    expect(errorOf(answer)).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
    await expectNothing();
    app.advanceSeconds(-app.config.recentLoginSeconds);
  });
});
