import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Server } from "node:http";
import { jest } from "@jest/globals";
import { createService, type Settings } from "../../../examples/verify-access-token/server.js";
import { SealedBox } from "../../../src/lib/sealed-box.js";
import { SecretKeys } from "../../../src/lib/secret-keys.js";
import { createSigningKey } from "../../../src/modules/token/signing-keys.js";
import { signedUpAdmin, updateUser } from "../../support/administration.js";
import { Detour } from "../../support/detour.js";
import { startExample } from "../../support/example-process.js";
import { decodePart, encode, type Json, signEs256, signHs256, stealSigningKey } from "../../support/forge.js";
import { type Account, loggedIn, signedUp, stateOf } from "../../support/journeys.js";
import { listenLocally } from "../../support/local-port.js";
import { TestApp } from "../../support/test-app.js";

const ISSUER = "http://latchkey.test";
const JWKS = "/.well-known/jwks.json";
const REFUSED = { status: 401, challenge: 'Bearer error="invalid_token"', body: {} };

describe("the example of another service that verifies access tokens", () => {
  let app: TestApp;
  let latchkey: Detour;
  let account: Account;
  let serviceUrl: string;
  let key: KeyObject;
  let header: Json;
  let claims: Json;
  const services: Server[] = [];

  beforeAll(async () => {
    app = await TestApp.startDurable();
    latchkey = await Detour.to(app);
    account = await signedUp(app);
    key = await stealSigningKey(app);
    header = decodePart(account.accessToken, 0);
    claims = decodePart(account.accessToken, 1);
    serviceUrl = await startService();
  });

  beforeEach(() => {
    latchkey.target = app;
  });

  afterAll(() => {
    for (const service of services) service.close();
  });

  const startService = async (settings: Partial<Settings> = {}): Promise<string> => {
    const own = { latchkeyUrl: latchkey.url, issuer: ISSUER, audience: ISSUER, ...settings };
    const service = createService(own);
    services.push(service);
    return `http://127.0.0.1:${await listenLocally(service)}`;
  };

  const ask = async (token: string, url = serviceUrl) => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { status, headers } = response;
    return { status, challenge: headers.get("www-authenticate"), body: await response.json() };
  };

  const signed = (changedHeader: Json = {}, changedClaims: Json = {}) =>
    signEs256({ ...header, ...changedHeader }, { ...claims, ...changedClaims }, key);

  test("knows whose a good token is", async () => {
    const caller = { userId: account.userId, sessionId: account.sessionId, role: "USER" };
    const accepted = { status: 200, challenge: null, body: caller };
    expect(await ask(account.accessToken)).toEqual(accepted);
    // Forging with the real key and nothing changed succeeds, so the refusals below mean something.
    expect(await ask(signed())).toEqual(accepted);
  });

  test("asks who has none for one", async () => {
    for (const headers of [{}, { authorization: "Basic YTpi" }, { authorization: "Bearer " }]) {
      const response = await fetch(serviceUrl, { headers });
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
    }
  });

  test("takes a token for as long as it is good, and a little longer where its clock is fast", async () => {
    const seconds = Math.floor(Date.now() / 1000);
    expect((await ask(signed({}, { exp: seconds - 2 }))).status).toBe(200);
    expect(await ask(signed({}, { exp: seconds - 11 }))).toEqual(REFUSED);
    app.advanceSeconds(-app.config.accessTokenSeconds - 60);
    const { accessToken } = await loggedIn(app, account.email);
    app.advanceSeconds(app.config.accessTokenSeconds + 60);
    expect(await ask(accessToken)).toEqual(REFUSED);
  });

  test("refuses tokens of another issuer, and such as were made for another audience", async () => {
    const others = [
      { PUBLIC_URL: "http://other.test", JWT_AUDIENCE: ISSUER },
      { JWT_AUDIENCE: "http://other.test" },
    ];
    for (const environment of others) {
      const other = await app.startAnother(environment);
      expect(await ask((await loggedIn(other, account.email)).accessToken)).toEqual(REFUSED);
    }
  });

  test("refuses what is signed by nobody, by somebody else, or with the public key for a secret", async () => {
    const { keys } = (await (await fetch(app.url + JWKS)).json()) as { keys: Json[] };
    const publicKey = createPublicKey(key);
    const secrets = [
      publicKey.export({ type: "spki", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      JSON.stringify(keys[0]),
    ];
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = own.publicKey.export({ format: "jwk" });
    const forged = [
      ...["none", "None", ""].map((alg) => `${encode({ ...header, alg })}.${encode(claims)}.`),
      ...secrets.map((secret) => signHs256({ ...header, alg: "HS256" }, claims, secret)),
      signEs256(header, claims, own.privateKey),
      signEs256({ ...header, jwk }, claims, own.privateKey),
      signEs256({ ...header, jwk, kid: undefined }, claims, own.privateKey),
      signed({ crit: ["unknown"] }),
    ];
    for (const token of forged) expect([token, await ask(token)]).toEqual([token, REFUSED]);
  });

  test("refuses whatever else the same key has signed", async () => {
    const wrong = [{ typ: "JWT" }, { typ: undefined }, { typ: "logout+jwt" }].map((member) => signed(member));
    const lacking = ["sub", "sid", "role", "iat", "exp", "iss", "aud"].map((name) =>
      signed({}, { [name]: undefined }),
    );
    for (const token of [...wrong, ...lacking]) expect([token, await ask(token)]).toEqual([token, REFUSED]);
  });

  test("refuses refresh tokens and garbage", async () => {
    const { accessToken, refreshToken } = account;
    const garbage = ["x", "a.b.c", "..", "a".repeat(8000), `${accessToken}x`, accessToken.slice(0, -20)];
    for (const token of [refreshToken, ...garbage])
      expect([token, await ask(token)]).toEqual([token, REFUSED]);
  });

  test("asks for keys once, and not again for key ids that somebody has made up", async () => {
    const url = await startService();
    const before = latchkey.visitsWith(JWKS);
    await ask(account.accessToken, url);
    await Promise.all(Array.from({ length: 20 }, (_, i) => ask(signed({ kid: `made-up-${i}` }), url)));
    expect(latchkey.visitsWith(JWKS) - before).toBe(1);
  });

  test("takes a new signing key with its first token", async () => {
    const url = await startService({ cooldownMs: 0 });
    await ask(account.accessToken, url);
    const box = new SealedBox(new SecretKeys(app.secret));
    await createSigningKey(app.orm.em.fork(), box, { algorithm: "ES256", sequence: 2, now: new Date() });
    const restarted = await app.startAnother();
    latchkey.target = restarted;
    const { accessToken } = await loggedIn(restarted, account.email);
    expect(decodePart(accessToken, 0).kid).not.toBe(header.kid);
    expect((await ask(accessToken, url)).status).toBe(200);
    expect((await ask(account.accessToken, url)).status).toBe(200);
  });

  test("goes on with the keys it has while Latchkey is down, and blames no token where it has none", async () => {
    const url = await startService({ cooldownMs: 0 });
    await ask(account.accessToken, url);
    latchkey.target = null;
    const { accessToken } = account;
    expect((await ask(accessToken, url)).status).toBe(200);
    // Asked for a key that it does not know, it tries and goes on with those that it does.
    expect(await ask(signed({ kid: "made-up" }), url)).toEqual(REFUSED);
    expect((await ask(accessToken, url)).status).toBe(200);
    expect((await ask(accessToken, await startService())).status).toBe(503);
    latchkey.target = { url: `${app.url}/health?which-is-not-where-keys-are=` };
    expect((await ask(accessToken, await startService())).status).toBe(503);
    expect((await ask(accessToken, `${url}/payments`)).status).toBe(503);
  });

  test("has forgotten its keys after an hour of an outage", async () => {
    const url = await startService();
    expect((await ask(account.accessToken, url)).status).toBe(200);
    const start = Date.now();
    const clock = jest.spyOn(Date, "now");
    latchkey.target = null;
    for (const [minutes, status] of [
      [6, 200],
      [59, 200],
      [65, 503],
    ] as const) {
      clock.mockReturnValue(start + minutes * 60_000);
      expect([minutes, (await ask(account.accessToken, url)).status]).toEqual([minutes, status]);
    }
  });

  test("has forgotten a key that is published no more, as one that has leaked, after five minutes", async () => {
    const url = await startService();
    expect((await ask(account.accessToken, url)).status).toBe(200);
    latchkey.target = await TestApp.start();
    expect((await ask(account.accessToken, url)).status).toBe(200);
    jest.spyOn(Date, "now").mockReturnValue(Date.now() + 6 * 60_000);
    expect(await ask(account.accessToken, url)).toEqual(REFUSED);
  });

  test("lets the token of an ended session in until it expires, but for where it asks Latchkey", async () => {
    const { accessToken, refreshToken } = await loggedIn(app, account.email);
    expect((await ask(accessToken, `${serviceUrl}/payments`)).status).toBe(200);
    await app.graphql("mutation ($token: String) { logout(refreshToken: $token) }", {
      variables: { token: refreshToken },
    });
    expect(await stateOf(app, accessToken)).toBe("SESSION_REVOKED");
    expect((await ask(accessToken)).status).toBe(200);
    for (const path of ["/payments", "/payments?amount=1"]) {
      expect(await ask(accessToken, serviceUrl + path)).toEqual(REFUSED);
    }
  });

  test("lets nobody in where Latchkey is asked and cannot tell", async () => {
    const broken = await TestApp.start();
    const { accessToken } = await signedUp(broken);
    const url = `${await startService({ latchkeyUrl: broken.url })}/payments`;
    expect((await ask(accessToken, url)).status).toBe(200);
    await broken.execute("alter table sessions rename to gone");
    expect((await ask(accessToken, url)).status).toBe(503);
  });

  test("goes by the role that somebody had when the token was issued", async () => {
    const [admin, demoted] = [await signedUpAdmin(app), await signedUpAdmin(app)];
    const { accessToken: adminToken } = await loggedIn(app, admin.email);
    const { accessToken } = await loggedIn(app, demoted.email);
    await updateUser(app, adminToken, { id: demoted.userId, role: "USER" });
    expect((await ask(accessToken)).body).toMatchObject({ role: "ADMIN" });
  });

  test("runs as it is, on the TypeScript that Node takes", async () => {
    const environment = { LATCHKEY_URL: app.url, ISSUER };
    const url = await startExample("verify-access-token/server.ts", environment);
    expect((await ask(account.accessToken, url)).status).toBe(200);
  });
});
