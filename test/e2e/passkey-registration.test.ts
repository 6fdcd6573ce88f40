import { Passkey } from "../../src/modules/passkey/passkey.entity.js";
import { signedUpAdmin } from "../support/administration.js";
import { Authenticator } from "../support/authenticator.js";
import { type Account, errorOf, signedUp } from "../support/journeys.js";
import {
  askPasskeys,
  finishRegistration,
  passkeysOf,
  register,
  startReauthentication,
  startRegistration,
  withPasskey,
} from "../support/passkey-journeys.js";
import { TestApp } from "../support/test-app.js";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const base64url = (text: string) => Buffer.from(text).toString("base64url");

describe("passkeys are added", () => {
  let app: TestApp;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: "http://app.latchkey.test,http://elsewhere.test" });
  });

  beforeEach(async () => {
    account = await signedUp(app);
  });

  const storedPasskey = (id: string) => app.orm.em.fork().findOneOrFail(Passkey, { id });

  test("authSettings says that there are any", async () => {
    const { body } = await app.graphql("{ authSettings { passkeysEnabled } }");
    expect(body.data.authSettings.passkeysEnabled).toBe(true);
  });

  test("the browser is asked for one that makes sure of the person and needs no name", async () => {
    const { options } = await startRegistration(app, account);
    expect(options).toMatchObject({
      rp: { id: "latchkey.test", name: "latchkey.test" },
      user: { id: base64url(account.userId), name: account.email, displayName: account.email },
      timeout: 300_000,
      attestation: "none",
      excludeCredentials: [],
      authenticatorSelection: {
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    });
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257, -35, -36]);
  });

  test("the display name is the person's", async () => {
    const named = await signedUp(app, { name: "Ada Lovelace" });
    expect((await startRegistration(app, named)).options.user.displayName).toBe("Ada Lovelace");
  });

  test("38: the challenge is random: 256 bits, another one every time", async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => startRegistration(app, account)));
    const challenges = asked.map(({ options }) => options.challenge);
    expect(new Set(challenges).size).toBe(8);
    for (const challenge of challenges) expect(Buffer.from(challenge, "base64url")).toHaveLength(32);
  });

  test("asking writes nothing", async () => {
    await withPasskey(app, account);
    app.statements.length = 0;
    await startRegistration(app, account);
    await startReauthentication(app, account);
    expect(app.statements.filter((sql) => !/^select/i.test(sql.trim()))).toEqual([]);
  });

  test("what comes back is stored and shown", async () => {
    const authenticator = new Authenticator({ transports: ["usb", "nfc"] });
    const before = app.now;
    const passkey = await register(app, account, { authenticator });
    expect(passkey).toMatchObject({ __typename: "Passkey", lastUsedAt: null, isBackedUp: true });
    expect(Date.parse(passkey.createdAt)).toBeGreaterThanOrEqual(before);
    const { __typename, ...shown } = passkey;
    expect(await passkeysOf(app, account)).toEqual([shown]);
    expect(await storedPasskey(passkey.id)).toMatchObject({
      credentialId: authenticator.credentialId,
      transports: ["usb", "nfc"],
      signatureCounter: 0,
      isBackupEligible: true,
    });
  });

  test("what an authenticator of one device says is kept as it says it", async () => {
    const authenticator = new Authenticator({ backupEligible: false, backedUp: false });
    const { id } = await register(app, account, { authenticator, counter: 2 ** 32 - 1 });
    expect(await storedPasskey(id)).toMatchObject({
      signatureCounter: 2 ** 32 - 1,
      isBackupEligible: false,
      isBackedUp: false,
    });
  });

  test("pages of other listed origins under the RP ID may ask, too", async () => {
    const elsewhere = new Authenticator({ origin: "http://app.latchkey.test" });
    expect(await register(app, account, { authenticator: elsewhere })).toMatchObject({
      __typename: "Passkey",
    });
  });

  test("those that the account has are not offered again, and are what it may reauthenticate with", async () => {
    const { credentialId } = await withPasskey(app, account, new Authenticator({ transports: ["usb"] }));
    const known = { id: credentialId, type: "public-key", transports: ["usb"] };
    expect((await startRegistration(app, account)).options.excludeCredentials).toEqual([known]);
    const { options } = await startReauthentication(app, account);
    expect(options).toMatchObject({ rpId: "latchkey.test", userVerification: "required", timeout: 300_000 });
    expect(options.allowCredentials).toEqual([known]);
  });

  test("several are listed newest first", async () => {
    for (const name of ["First", "Second", "Third"]) {
      const { ceremonyId, options } = await startRegistration(app, account);
      const response = new Authenticator().register(options);
      await finishRegistration(app, account, { ceremonyId, response, name });
      app.advanceSeconds(1);
    }
    const names = (await passkeysOf(app, account)).map(({ name }: { name: string }) => name);
    expect(names).toEqual(["Third", "Second", "First"]);
  });

  test("those of a page of users cost as many statements as those of one", async () => {
    const { accessToken: token } = await signedUpAdmin(app);
    const owners = [account, await signedUp(app), await signedUp(app), await signedUp(app)];
    for (const owner of [...owners, ...owners]) await withPasskey(app, owner);
    const ask = async (first: number) => {
      app.statements.length = 0;
      const query = `{ users(first: ${first}) { nodes { id passkeys { id } } } }`;
      const { nodes } = (await app.graphql(query, { token })).body.data.users;
      const found = nodes.map(({ passkeys }: { passkeys: unknown[] }) => passkeys.length);
      return { found, count: app.statements.length };
    };
    const [one, three] = [await ask(1), await ask(3)];
    expect([one.found, three.found]).toEqual([[2], [2, 2, 2]]);
    expect(three.count).toBe(one.count);
  });

  test.each([
    ["Firefox on Linux", FIREFOX],
    ["Passkey", "curl/8"],
    ["Passkey", "\u00ff".repeat(200)],
  ])("without a name it is called %s after its client", async (name, userAgent) => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const variables = { input: { ceremonyId, response: new Authenticator().register(options) } };
    const headers = { "user-agent": userAgent };
    const { body } = await askPasskeys(app, "finish", { ...account, variables, headers });
    expect(body.data.result).toMatchObject({ __typename: "Passkey", name });
  });

  test("46: any name of 1 to 100 characters comes back exactly; another loses nothing", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    const response = new Authenticator().register(options);
    const finish = (name: string) => finishRegistration(app, account, { ceremonyId, response, name });
    for (const [name, code] of [
      ["", "REQUIRED"],
      [" \u00a0", "REQUIRED"],
      ["🦉".repeat(101), "TOO_LONG"],
      ["a\u0000b", "MALFORMED"],
      ["a\nb", "MALFORMED"],
      ["\ud800", "MALFORMED"],
    ] as const) {
      expect(await finish(name)).toMatchObject({
        __typename: "InvalidInput",
        fields: [{ field: "name", code }],
      });
    }
    expect(await passkeysOf(app, account)).toEqual([]);
    const name = `'"\\<b>${"🦉".repeat(90)}`;
    expect(await finish(name)).toMatchObject({ __typename: "Passkey", name });
    expect(await passkeysOf(app, account)).toMatchObject([{ name }]);
  });

  test("at most 50 for an account, and the next one is told so", async () => {
    const { ceremonyId, options } = await startRegistration(app, account);
    for (let count = 0; count < 50; count++) await withPasskey(app, account);
    const message = "An account has at most 50 passkeys: remove one first.";
    // Before an authenticator has made a key for nothing.
    const { body } = await askPasskeys(app, "start", account);
    expect(body.errors?.[0]).toMatchObject({ message, extensions: { code: "BAD_USER_INPUT" } });
    const late = { ceremonyId, response: new Authenticator().register(options) };
    expect(await finishRegistration(app, account, late)).toMatchObject({
      __typename: "InvalidPasskey",
      message,
    });
    expect(await passkeysOf(app, account)).toHaveLength(50);
    expect(await register(app, await signedUp(app))).toMatchObject({ __typename: "Passkey" });
  });

  test("nowhere where there are none", async () => {
    const without = await TestApp.start({ PASSKEYS: "false" });
    const { accessToken } = await signedUp(without);
    const { body } = await without.graphql("{ authSettings { passkeysEnabled } }");
    expect(body.data.authSettings.passkeysEnabled).toBe(false);
    const variables = { input: { ceremonyId: "", response: {} } };
    for (const operation of ["start", "startReauthentication", "finish"] as const) {
      const answer = await askPasskeys(without, operation, { accessToken, variables });
      expect([errorOf(answer)?.code, answer.body.errors?.[0]?.message]).toEqual([
        "BAD_USER_INPUT",
        "This server does not offer passkeys: see authSettings.",
      ]);
    }
  });
});
