import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import { SigningKey } from "../../src/modules/token/signing-key.entity.js";
import { createSigningKey } from "../../src/modules/token/signing-keys.js";
import { decodePart, type Json } from "../support/forge.js";
import { loggedIn, PASSWORD, refresh, signedUp, stateOf } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

const OLD_SECRET = "the-old-secret-of-at-least-32-bytes!";
const NEW_SECRET = "the-new-secret-of-at-least-32-bytes!";

describe("keys", () => {
  const jwksOf = async (app: TestApp) =>
    ((await (await fetch(`${app.url}/.well-known/jwks.json`)).json()) as { keys: Json[] }).keys;

  /** Another process over the same database, as after a restart. */
  const restart = (app: TestApp, environment: Record<string, string> = {}) => app.startAnother(environment);

  test("verify an access token in another service with nothing but the JWKS", async () => {
    const app = await TestApp.start();
    const { accessToken } = await signedUp(app);
    const response = await fetch(`${app.url}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: (Json & { kid: string })[] };
    const jwk = keys.find(({ kid }) => kid === decodePart(accessToken, 0).kid);
    const [encodedHeader, encodedPayload, signature = ""] = accessToken.split(".");
    const publicKey = createPublicKey({ key: jwk as object, format: "jwk" });
    const input = Buffer.from(`${encodedHeader}.${encodedPayload}`);
    const bytes = Buffer.from(signature, "base64url");
    expect(verify("sha256", input, { key: publicKey, dsaEncoding: "ieee-p1363" }, bytes)).toBe(true);
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
  });

  test.each([
    ["ES256", ["alg", "crv", "kid", "kty", "use", "x", "y"]],
    ["RS256", ["alg", "e", "kid", "kty", "n", "use"]],
  ])("31: the JWKS shows the public members of an %s key only", async (algorithm, members) => {
    const app = await TestApp.start({ JWT_ALGORITHM: algorithm });
    const { accessToken } = await signedUp(app);
    expect(decodePart(accessToken, 0)).toMatchObject({ alg: algorithm });
    expect(await stateOf(app, accessToken)).toBe("alive");
    const keys = await jwksOf(app);
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([members]);
  });

  test("31: the JWKS is empty with HS256: that key is secret", async () => {
    const app = await TestApp.start({ JWT_ALGORITHM: "HS256" });
    expect(await jwksOf(app)).toEqual([]);
  });

  test("31: a replaced key verifies and is published until the last token it signed has expired", async () => {
    const app = await TestApp.startDurable();
    const { accessToken } = await signedUp(app);
    const box = new SealedBox(new SecretKeys(app.secret));
    await createSigningKey(app.orm.em.fork(), box, { algorithm: "ES256", sequence: 2, now: new Date() });

    const during = await restart(app);
    expect(await stateOf(during, accessToken)).toBe("alive");
    expect(await jwksOf(during)).toHaveLength(2);
    const { accessToken: newer } = await signedUp(during);
    expect(decodePart(newer, 0).kid).not.toBe(decodePart(accessToken, 0).kid);

    await app.orm.em
      .fork()
      .nativeUpdate(SigningKey, { sequence: 2 }, { signsFrom: new Date(Date.now() - 1_021_000) });
    const after = await restart(app);
    expect(await jwksOf(after)).toHaveLength(1);
    expect(await stateOf(after, accessToken)).toBe("INVALID_TOKEN");
    expect(await stateOf(after, newer)).toBe("alive");
  });

  test("31: an RSA key under 2048 bits stops the start", async () => {
    const app = await TestApp.startDurable({ JWT_ALGORITHM: "RS256" });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const sealedPrivateKey = new SealedBox(new SecretKeys(app.secret)).seal(
      JSON.stringify(privateKey.export({ format: "jwk" })),
      "signing-key:short",
    );
    const now = new Date();
    const key = { kid: "short", algorithm: "RS256", sequence: 2, createdAt: now, signsFrom: now };
    await app.orm.em.fork().insert(SigningKey, { ...key, sealedPrivateKey });
    await expect(restart(app, { JWT_ALGORITHM: "RS256" })).rejects.toThrow("less than 2048 bits");
  });

  test("31: changing JWT_ALGORITHM keeps sessions and tokens, and the old key goes when its tokens have", async () => {
    const app = await TestApp.startDurable();
    const { accessToken } = await signedUp(app);
    const rsa = await restart(app, { JWT_ALGORITHM: "RS256" });
    expect(await stateOf(rsa, accessToken)).toBe("alive");
    expect((await jwksOf(rsa)).map(({ alg }) => alg)).toEqual(["RS256", "ES256"]);
    rsa.advanceSeconds(1021);
    expect((await jwksOf(rsa)).map(({ alg }) => alg)).toEqual(["RS256"]);
    expect(await stateOf(rsa, accessToken)).toBe("TOKEN_EXPIRED");
    const back = await restart(app);
    expect((await jwksOf(back)).map(({ alg }) => alg)).toEqual(["ES256", "RS256", "ES256"]);
  });

  test("53: AUTH_SECRET rotated while HS256 is on can be followed by ES256 again", async () => {
    const app = await TestApp.startDurable({ AUTH_SECRET: OLD_SECRET });
    await restart(app, { JWT_ALGORITHM: "HS256", AUTH_SECRET: NEW_SECRET, AUTH_SECRET_PREVIOUS: OLD_SECRET });
    const back = await restart(app, { AUTH_SECRET: NEW_SECRET });
    expect(await jwksOf(back)).toHaveLength(1);
  });

  test("of two first starts at once only one key comes out", async () => {
    const app = await TestApp.startDurable();
    const box = new SealedBox(new SecretKeys(app.secret));
    const [existing] = await app.orm.em.fork().find(SigningKey, {});
    await createSigningKey(app.orm.em.fork(), box, { algorithm: "ES256", sequence: 1, now: new Date() });
    expect((await app.orm.em.fork().find(SigningKey, {})).map(({ kid }) => kid)).toEqual([existing?.kid]);
  });

  test.each(["ES256", "HS256"])(
    "53: AUTH_SECRET rotates without logging anybody out (%s)",
    async (algorithm) => {
      const app = await TestApp.startDurable({ AUTH_SECRET: OLD_SECRET, JWT_ALGORITHM: algorithm });
      const account = await signedUp(app);
      const rotated = { JWT_ALGORITHM: algorithm, AUTH_SECRET: NEW_SECRET, AUTH_SECRET_PREVIOUS: OLD_SECRET };
      const during = await restart(app, rotated);
      expect(await stateOf(during, account.accessToken)).toBe("alive");
      const next = await refresh(during, account.refreshToken);
      expect(next.__typename).toBe("AuthPayload");

      const after = await restart(app, { JWT_ALGORITHM: algorithm, AUTH_SECRET: NEW_SECRET });
      expect(await stateOf(after, next.accessToken)).toBe("alive");
      expect((await refresh(after, next.refreshToken)).__typename).toBe("AuthPayload");
      expect(await refresh(after, account.refreshToken)).toMatchObject({ reason: "MALFORMED" });
      expect((await loggedIn(after, account.email)).userId).toBe(account.userId);
    },
  );

  test("another AUTH_SECRET stops the start in words that say what to do", async () => {
    const app = await TestApp.startDurable({ AUTH_SECRET: OLD_SECRET });
    await expect(restart(app, { AUTH_SECRET: NEW_SECRET })).rejects.toThrow(
      "AUTH_SECRET cannot decrypt the signing keys",
    );
  });

  test("17: a dump of the database holds nothing that logs in", async () => {
    const app = await TestApp.startDurable();
    const account = await signedUp(app);
    const next = await refresh(app, account.refreshToken);
    const rows = await Promise.all(
      ["users", "sessions", "signing_keys"].map((table) => app.execute(`select * from ${table}`)),
    );
    const dump = JSON.stringify(rows);
    expect(dump).toContain(account.email);
    const secrets = [account, next].flatMap((holder) => [holder.accessToken, holder.refreshToken]);
    for (const secret of [PASSWORD, app.secret, ...secrets, ...secrets.map((token) => token.split(".")[2])]) {
      expect(dump).not.toContain(secret);
    }
    for (const member of ['"d"', '"kty"']) expect(dump).not.toContain(member);
    // A planted key pair, not sealed under AUTH_SECRET, does not make the server trust it: it does not even start.
    const planted = {
      kid: "planted",
      algorithm: "ES256",
      sequence: 9,
      sealedPrivateKey: "v1.AAAA",
      createdAt: new Date(),
      signsFrom: new Date(),
    };
    await app.orm.em.fork().insert(SigningKey, planted);
    await expect(restart(app)).rejects.toThrow("AUTH_SECRET cannot decrypt");
  });
});
