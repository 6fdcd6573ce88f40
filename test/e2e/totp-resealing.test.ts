import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import { TotpCredential } from "../../src/modules/mfa/totp-credential.entity.js";
import { resealTotpSecrets } from "../../src/modules/mfa/totp-resealing.js";
import { insertUsers } from "../support/directory.js";
import { eventually } from "../support/eventually.js";
import { type Account, signedUp } from "../support/journeys.js";
import { codeAt, confirm, mfa, totpOn } from "../support/second-factor.js";
import { spendCode } from "../support/spent-codes.js";
import { TestApp } from "../support/test-app.js";

const OLD = "the-old-secret-of-at-least-32-bytes!";
const NEW = "the-new-secret-of-at-least-32-bytes!";
const LOST = "the-lost-secret-of-at-least-32-bytes!";
const OFTEN = { resealSeconds: 0.02 };
const SELDOM = { resealSeconds: 86_400 };

const boxOf = (secret: string, previous?: string) => new SealedBox(new SecretKeys(secret, previous));

describe("rotating AUTH_SECRET where second factors are on", () => {
  const startOld = () => TestApp.startDurable({ AUTH_SECRET: OLD });
  const rotated = { AUTH_SECRET: NEW, AUTH_SECRET_PREVIOUS: OLD };
  const afterwards = { AUTH_SECRET: NEW };

  const keysIn = async (app: TestApp): Promise<readonly string[]> =>
    (await app.orm.em.fork().find(TotpCredential, {})).map(({ sealedUnder }) => sealedUnder);

  const codeNow = (app: TestApp, secret: string) => codeAt(secret, app.now);

  test("53: codes work before they are sealed anew, and when the old secret is gone", async () => {
    const old = await startOld();
    const account = await signedUp(old);
    const { secret } = await totpOn(old, account);
    const during = await old.startAnother(rotated, SELDOM);
    expect(await spendCode(during, account, codeNow(during, secret))).toBe(true);
    expect(await keysIn(during)).toEqual([boxOf(OLD).keyId]);

    const sealing = await old.startAnother(rotated, OFTEN);
    await eventually(async () => ((await keysIn(sealing))[0] === boxOf(NEW).keyId ? true : undefined));
    const after = await old.startAnother(afterwards);
    after.advanceSeconds(60);
    expect(await spendCode(after, account, codeNow(after, secret))).toBe(true);
  });

  test("a setup that was begun before is confirmed after, under the new secret", async () => {
    const old = await startOld();
    const account = await signedUp(old);
    const { secret } = await mfa(old, "startTotpSetup", account);
    const during = await old.startAnother(rotated, SELDOM);
    expect((await confirm(during, account, codeNow(during, secret))).__typename).toBe("RecoveryCodes");
    expect(await keysIn(during)).toEqual([boxOf(NEW).keyId]);
  });

  test("a setup that no secret opens any more is begun anew", async () => {
    const old = await startOld();
    const account = await signedUp(old);
    const { secret } = await mfa(old, "startTotpSetup", account);
    const during = await old.startAnother(rotated);
    await during.execute("update pending_totp_setups set sealed_secret = 'v1.none'");
    expect(await confirm(during, account, codeNow(during, secret))).toMatchObject({
      message: expect.stringContaining("start again"),
    });
  });

  test("the log says once how many neither secret opens; they stay as they are, and the others are sealed", async () => {
    const old = await startOld();
    const [one, other] = [await signedUp(old), await signedUp(old)];
    for (const account of [one, other]) await totpOn(old, account);
    await sealUnder(old, one, LOST);
    const [before] = await credentialsOf(old, [one]);
    const during = await old.startAnother(rotated, OFTEN);
    const warnings = () => during.logLines.filter((line) => line.includes("reseal TOTP secrets"));
    await eventually(() => (warnings().length > 0 ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(warnings()).toEqual([expect.stringContaining("1 TOTP secrets open with neither AUTH_SECRET nor")]);
    expect(await credentialsOf(old, [one])).toEqual([before]);
    expect(await credentialsOf(old, [other])).toMatchObject([{ sealedUnder: boxOf(NEW).keyId }]);
  });

  test("a phone that is set up meanwhile is not set back", async () => {
    const app = await TestApp.start({ AUTH_SECRET: OLD });
    const account = await signedUp(app);
    await totpOn(app, account);
    const em = app.orm.em.fork();
    const find = em.find.bind(em);
    let latest = "";
    em.find = (async (...query: Parameters<typeof find>) => {
      const page = await find(...query);
      if (latest === "" && page.length > 0) latest = (await totpOn(app, account)).secret;
      return page;
    }) as typeof em.find;
    await resealTotpSecrets(em, boxOf(NEW, OLD));
    expect(latest).not.toBe("");
    app.advanceSeconds(30);
    expect(await spendCode(app, account, codeNow(app, latest))).toBe(true);
  });

  test("page by page, the unreadable among them; and it stops where it is told to", async () => {
    const app = await TestApp.start({ AUTH_SECRET: OLD });
    await addCredentials(
      app,
      Array.from({ length: 250 }, (_, index) => (index % 50 === 0 ? LOST : OLD)),
    );
    await resealTotpSecrets(app.orm.em.fork(), boxOf(NEW, OLD), AbortSignal.abort());
    expect(await keysIn(app)).not.toContain(boxOf(NEW).keyId);
    await expect(resealTotpSecrets(app.orm.em.fork(), boxOf(NEW, OLD))).rejects.toThrow(/^5 TOTP secrets/);
    const sealedUnder = async (secret: string) =>
      (await keysIn(app)).filter((key) => key === boxOf(secret).keyId).length;
    expect(await sealedUnder(NEW)).toBe(245);
    // And back: of two ids of keys, one is before the other.
    await expect(resealTotpSecrets(app.orm.em.fork(), boxOf(OLD, NEW))).rejects.toThrow(/^5 TOTP secrets/);
    expect(await sealedUnder(OLD)).toBe(245);
  });

  async function sealUnder(app: TestApp, { userId }: Account, secret: string): Promise<void> {
    const box = boxOf(secret);
    const sealed = { sealedSecret: box.seal("AAAA", `totp:${userId}`), sealedUnder: box.keyId };
    await app.orm.em.fork().nativeUpdate(TotpCredential, { user: userId }, sealed);
  }

  async function credentialsOf(app: TestApp, accounts: readonly Account[]) {
    const user = { $in: accounts.map(({ userId }) => userId) };
    const rows = await app.orm.em.fork().find(TotpCredential, { user }, { disableIdentityMap: true });
    return rows.map(({ sealedSecret, sealedUnder }) => ({ sealedSecret, sealedUnder }));
  }

  async function addCredentials(app: TestApp, secretOfEach: readonly string[]): Promise<void> {
    const users = await insertUsers(
      app,
      secretOfEach.map((_, index) => ({ email: `sealed${index}@example.org` })),
    );
    const rows = users.map(({ id: user }, index) => {
      const box = boxOf(secretOfEach[index] as string);
      const sealedSecret = box.seal("AAAA", `totp:${user}`);
      return { user, sealedSecret, sealedUnder: box.keyId, lastUsedStep: 0 };
    });
    await app.orm.em.fork().insertMany(TotpCredential, rows);
  }
});
