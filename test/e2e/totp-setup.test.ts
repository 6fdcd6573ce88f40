import { encode } from "uqr";
import { type Account, errorOf, loggedIn, signedUp } from "../support/journeys.js";
import { askMfa, codeAt, confirm, decodeBase32, mfa, totpOn, wrongCodeAt } from "../support/second-factor.js";
import { signedUpAdmin } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

const RECOVERY_CODE = /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){5}$/;
const OFF = { totpEnabled: false, recoveryCodesLeft: 0 };
const ON = { totpEnabled: true, recoveryCodesLeft: 10 };

describe("setting up an authenticator app", () => {
  let app: TestApp;
  let account: Account;

  beforeAll(async () => {
    app = await TestApp.start({ PUBLIC_URL: "http://localhost:4000" });
    app.stopClock();
  });

  beforeEach(async () => {
    account = await signedUp(app);
  });

  const start = () => mfa(app, "startTotpSetup", account);
  const state = () => mfa(app, "readState", account);
  const now = (secret: string, distanceSeconds = 0) => codeAt(secret, app.now + distanceSeconds * 1000);

  test("a code of the app turns it on, and ten recovery codes come with it", async () => {
    const { secret } = await start();
    expect(await state()).toEqual(OFF);
    const { __typename, codes } = await confirm(app, account, now(secret));
    expect([__typename, codes.length, new Set(codes).size]).toEqual(["RecoveryCodes", 10, 10]);
    for (const code of codes) expect(code).toMatch(RECOVERY_CODE);
    expect(await state()).toEqual(ON);
  });

  test("the secret is 160 bits, and no two are alike", async () => {
    const [{ secret }, { secret: other }] = [await start(), await start()];
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(decodeBase32(secret)).toHaveLength(20);
    expect(secret).not.toBe(other);
  });

  test("the URI says what every app understands, and no colon of the service cuts it", async () => {
    const { secret, uri } = await start();
    expect(decodeURIComponent(new URL(uri).pathname)).toBe(`/localhost 4000:${account.email}`);
    expect(uri).toMatch(/^otpauth:\/\/totp\/localhost%204000:person/);
    expect(Object.fromEntries(new URL(uri).searchParams)).toEqual({
      secret,
      issuer: "localhost 4000",
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
  });

  test("the QR code is an image of the URI, with a quiet zone around it", async () => {
    const { uri, qrCode } = await start();
    expect(modulesOf(qrCode)).toEqual(encode(uri, { border: 4 }).data);
  });

  test("the longest address there can be fits into the QR code", async () => {
    const email = `${"ü".repeat(32)}@${"ж".repeat(30)}.${"ж".repeat(30)}.example.org`;
    account = await signedUp(app, { email });
    const { uri, qrCode } = await start();
    expect(modulesOf(qrCode)).toEqual(encode(uri, { border: 4 }).data);
    expect(decodeURIComponent(new URL(uri).pathname)).toContain(email);
  });

  test.each([
    ["as an app groups them", (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\n`],
    ["with a hyphen", (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ["with a no-break space", (code: string) => `${code.slice(0, 3)}\u00a0${code.slice(3)}`],
  ])("digits are taken %s", async (_how, type) => {
    const { secret } = await start();
    expect((await confirm(app, account, type(now(secret)))).__typename).toBe("RecoveryCodes");
  });

  test.each([-30, 0, 30])("36: the code of a clock that is %d s off is taken", async (distance) => {
    const { secret } = await start();
    expect((await confirm(app, account, now(secret, distance))).__typename).toBe("RecoveryCodes");
  });

  test.each([-60, 60])("36: the code of a clock that is %d s off is not", async (distance) => {
    const { secret } = await start();
    expect(await confirm(app, account, now(secret, distance))).toEqual({
      __typename: "InvalidCode",
      code: "INVALID_CODE",
      message: "The code is wrong or was used before.",
    });
    expect(await state()).toEqual(OFF);
    expect((await confirm(app, account, now(secret))).__typename).toBe("RecoveryCodes");
  });

  test.each(["", "12345", "1234567", "١٢٣٤٥٦", "１２３４５６", "abcdef", "-00001", "1e5", " "])(
    "36: %j is no code",
    async (text) => {
      await start();
      expect((await confirm(app, account, text)).__typename).toBe("InvalidCode");
      expect(await state()).toEqual(OFF);
    },
  );

  test("the latest setup counts", async () => {
    const [earlier, latest] = [await start(), await start()];
    expect((await confirm(app, account, now(earlier.secret))).__typename).toBe("InvalidCode");
    expect((await confirm(app, account, now(latest.secret))).__typename).toBe("RecoveryCodes");
  });

  test("a setup is good for half an hour, and for one confirmation", async () => {
    const { secret: late } = await start();
    await loginAfter(1800);
    expect(await confirm(app, account, now(late))).toMatchObject({
      code: "INVALID_CODE",
      message: expect.stringContaining("no setup under way"),
    });
    const { secret } = await start();
    await loginAfter(1799);
    expect((await confirm(app, account, now(secret))).__typename).toBe("RecoveryCodes");
    expect(await confirm(app, account, now(secret, 30))).toMatchObject({
      message: expect.stringContaining("no setup under way"),
    });
    expect(await state()).toEqual(ON);
  });

  test("a setup is its owner's: nobody else confirms it", async () => {
    const { secret } = await start();
    const other = await signedUp(app);
    expect((await confirm(app, other, now(secret))).__typename).toBe("InvalidCode");
    expect((await confirm(app, account, now(secret))).__typename).toBe("RecoveryCodes");
  });

  test("a new phone takes over at its confirmation, with new recovery codes", async () => {
    const before = await totpOn(app, account);
    const { secret } = await start();
    expect(await state()).toEqual(ON);
    expect((await confirm(app, account, wrongCodeAt(secret, app.now))).__typename).toBe("InvalidCode");
    const { codes } = await confirm(app, account, now(secret));
    expect(codes.filter((code: string) => before.recoveryCodes.includes(code))).toEqual([]);
    expect(await state()).toEqual(ON);
  });

  test("of two who confirm at once, one is shown recovery codes, and they are those that work", async () => {
    const { secret } = await start();
    const answers = await Promise.all([-30, 0, 30, 0].map((s) => confirm(app, account, now(secret, s))));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      "InvalidCode",
      "InvalidCode",
      "InvalidCode",
      "RecoveryCodes",
    ]);
    expect(await state()).toEqual(ON);
  });

  test("turning it off leaves nothing, not even a setup under way", async () => {
    await totpOn(app, account);
    const { secret } = await start();
    expect(await mfa(app, "disableTotp", account)).toBe(true);
    expect(await state()).toEqual(OFF);
    expect((await confirm(app, account, now(secret))).__typename).toBe("InvalidCode");
    expect(await mfa(app, "disableTotp", account)).toBe(false);
  });

  test("there are no recovery codes without a second factor", async () => {
    const refused = await askMfa(app, "regenerateRecoveryCodes", account);
    expect(errorOf(refused)).toEqual({ code: "BAD_USER_INPUT" });
    await start();
    expect(errorOf(await askMfa(app, "regenerateRecoveryCodes", account))?.code).toBe("BAD_USER_INPUT");
    expect(await state()).toEqual(OFF);
  });

  test("the recovery codes of many users are counted by one statement", async () => {
    const others = [await signedUp(app), await signedUp(app)];
    for (const other of others) await totpOn(app, other);
    const { accessToken: token } = await signedUpAdmin(app);
    app.statements.length = 0;
    const { body } = await app.graphql("{ users(first: 100) { nodes { id recoveryCodesLeft } } }", { token });
    const counted = new Map(
      body.data.users.nodes.map(({ id, recoveryCodesLeft }: never) => [id, recoveryCodesLeft]),
    );
    expect([account, ...others].map(({ userId }) => counted.get(userId))).toEqual([0, 10, 10]);
    expect(app.statements.filter((sql) => sql.includes("recovery_codes"))).toHaveLength(1);
  });

  test("new recovery codes replace the earlier ones", async () => {
    const { recoveryCodes } = await totpOn(app, account);
    const { codes } = await mfa(app, "regenerateRecoveryCodes", account);
    expect(new Set([...codes, ...recoveryCodes]).size).toBe(20);
    expect(await state()).toEqual(ON);
  });

  async function loginAfter(seconds: number): Promise<void> {
    app.advanceSeconds(seconds);
    account = await loggedIn(app, account.email);
  }
});

/** Which modules the image has painted dark. */
function modulesOf(qrCode: string): boolean[][] {
  const [type, svg = ""] = qrCode.split(",", 2);
  expect(type).toBe("data:image/svg+xml");
  const image = decodeURIComponent(svg);
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(image)?.[1]);
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y] of image.matchAll(/M(\d+),(\d+)h1v1h-1z/g)) {
    (rows[Number(y)] as boolean[])[Number(x)] = true;
  }
  return rows;
}
