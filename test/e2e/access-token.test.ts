import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import { decodePart, encode, type Json, signEs256, signHs256, stealSigningKey } from "../support/forge.js";
import { type Account, errorOf, ME, PASSWORD, refresh, signedUp, stateOf } from "../support/journeys.js";
import { listenLocally } from "../support/local-port.js";
import { TestApp } from "../support/test-app.js";

describe("an access token", () => {
  let app: TestApp;
  let account: Account;
  let key: KeyObject;
  let header: Json;
  let claims: Json;

  beforeAll(async () => {
    app = await TestApp.start();
    account = await signedUp(app);
    key = await stealSigningKey(app);
    header = decodePart(account.accessToken, 0);
    claims = decodePart(account.accessToken, 1);
  });

  const signed = (changedHeader: Json = {}, changedClaims: Json = {}) =>
    signEs256({ ...header, ...changedHeader }, { ...claims, ...changedClaims }, key);

  test("17: carries 128 random bits, and says who, which session, for whom and how long", async () => {
    expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: expect.any(String) });
    expect(claims).toEqual({
      iss: "http://latchkey.test",
      aud: "http://latchkey.test",
      sub: account.userId,
      sid: account.sessionId,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: expect.any(Number),
      exp: (claims.iat as number) + 900,
      role: "USER",
    });
    expect(decodePart((await signedUp(app)).accessToken, 1).jti).not.toBe(claims.jti);
  });

  test("(forging with the real key and nothing changed succeeds, so the refusals below mean something)", async () => {
    expect(await stateOf(app, signed())).toBe("alive");
  });

  test.each(["none", "None", "NONE", "nOnE", "hs256", "HS256", "ES384", "", null, undefined])(
    "26: with alg %j is refused",
    async (alg) => {
      const unsigned = `${encode({ ...header, alg })}.${encode(claims)}.`;
      for (const token of [unsigned, unsigned.slice(0, -1), signed({ alg })]) {
        expect(await stateOf(app, token)).toBe("INVALID_TOKEN");
      }
    },
  );

  test("26: signed with the public key as an HMAC secret is refused", async () => {
    const publicKey = createPublicKey(key);
    const { keys } = (await (await fetch(`${app.url}/.well-known/jwks.json`)).json()) as { keys: Json[] };
    const secrets = [
      publicKey.export({ type: "spki", format: "pem" }),
      publicKey.export({ type: "spki", format: "der" }),
      JSON.stringify(keys[0]),
    ];
    for (const secret of secrets) {
      expect(await stateOf(app, signHs256({ ...header, alg: "HS256" }, claims, secret))).toBe(
        "INVALID_TOKEN",
      );
    }
  });

  test("26: with an embedded or remote key is refused, and nobody is asked for that key", async () => {
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = own.publicKey.export({ format: "jwk" });
    let requests = 0;
    const remote = createServer((_request, response) => {
      requests += 1;
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: "remote" }] }));
    });
    const url = `http://127.0.0.1:${await listenLocally(remote)}/`;
    for (const member of [{ jwk }, { jku: url, kid: "remote" }, { x5u: url }, { x5c: ["MIIB"] }]) {
      expect(await stateOf(app, signEs256({ ...header, ...member }, claims, own.privateKey))).toBe(
        "INVALID_TOKEN",
      );
      expect(await stateOf(app, signed(member))).toBe("INVALID_TOKEN");
    }
    await new Promise((resolve) => remote.close(resolve));
    expect(requests).toBe(0);
  });

  test("26: with crit, known or unknown, is refused", async () => {
    for (const crit of [["exp"], ["b64"], ["unknown"], [], "exp"]) {
      expect(await stateOf(app, signed({ crit, b64: true }))).toBe("INVALID_TOKEN");
      expect(await stateOf(app, signed({ crit }))).toBe("INVALID_TOKEN");
    }
  });

  test("27: with a strange kid is anonymous, never a 5xx", async () => {
    const kids = [
      "' or 1=1 --",
      "../../etc/passwd",
      "__proto__",
      "constructor",
      "toString",
      "unknown",
      "",
      0,
      null,
      {},
    ];
    for (const kid of kids) {
      const answer = await app.graphql(ME, { token: signed({ kid }) });
      expect(answer.status).toBe(200);
      expect(errorOf(answer)).toEqual({ code: "UNAUTHENTICATED", reason: "INVALID_TOKEN" });
    }
    const huge = await fetch(`${app.url}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${signed({ kid: "k".repeat(1 << 20) })}`,
      },
      body: JSON.stringify({ query: ME }),
    });
    expect(huge.status).toBe(431);
  });

  test("28: in another encoding or with another kind of payload is refused", async () => {
    const good = account.accessToken;
    const [h, p, s] = good.split(".");
    const others = [
      `${good}=`,
      `${h}.${p}.${s}.`,
      `${h}.${p}`,
      `${h}..${s}`,
      `${h}.${p}.${s}A`,
      JSON.stringify({ h, p, s }),
    ];
    const payloads = ["text", JSON.stringify("text"), "[]", JSON.stringify([claims]), "null", "1", "{", ""];
    const tokens = [...others, ...payloads.map((payload) => signEs256(header, payload, key))];
    for (const token of tokens) expect(await stateOf(app, token)).toBe("INVALID_TOKEN");
  });

  test("28: with white space around or inside is refused", async () => {
    const [h, p, s] = account.accessToken.split(".");
    for (const value of [`Bearer ${h}. ${p}.${s}`, `Bearer ${h}.${p}.${s} x`, `Bearer\t${h}.${p}.${s}`]) {
      expect(errorOf(await app.graphql(ME, { headers: { authorization: value } }))?.reason).toBe(
        "INVALID_TOKEN",
      );
    }
  });

  test.each<[string, Json]>([
    ["no exp", { exp: undefined }],
    ["a string exp", { exp: "9999999999" }],
    ["a fractional exp", { exp: 9999999999.5 }],
    ["no iat", { iat: undefined }],
    ["a string iat", { iat: "1" }],
    ["an iat in the future", { iat: Math.floor(Date.now() / 1000) + 120 }],
    ["an nbf in the future", { nbf: Math.floor(Date.now() / 1000) + 120 }],
    ["a string nbf", { nbf: "0" }],
    ["no iss", { iss: undefined }],
    ["another iss", { iss: "http://elsewhere.test" }],
    ["no aud", { aud: undefined }],
    ["another aud", { aud: "http://elsewhere.test" }],
    ["several auds", { aud: ["http://latchkey.test", "http://elsewhere.test"] }],
    ["no sub", { sub: undefined }],
    ["a sub that is no id", { sub: "' or 1=1 --" }],
    ["a sub that is an object", { sub: { $ne: null } }],
    ["no sid", { sid: undefined }],
    ["a sid that is no id", { sid: "*" }],
    ["no jti", { jti: undefined }],
    ["an empty jti", { jti: "" }],
  ])("29: with %s is refused", async (_what, change) => {
    expect(await stateOf(app, signed({}, change))).toBe("INVALID_TOKEN");
  });

  test.each([undefined, "JWT", "at+JWT", "rt+jwt", "", ["at+jwt"], null])(
    "29: of typ %j is refused",
    async (typ) => {
      expect(await stateOf(app, signed({ typ }))).toBe("INVALID_TOKEN");
    },
  );

  test("29: that has expired is told apart, to the second", async () => {
    const nowSeconds = Math.floor(app.now / 1000);
    expect(await stateOf(app, signed({}, { exp: nowSeconds }))).toBe("TOKEN_EXPIRED");
    expect(await stateOf(app, signed({}, { exp: nowSeconds - 86_400 }))).toBe("TOKEN_EXPIRED");
    expect(await stateOf(app, signed({}, { exp: nowSeconds + 5 }))).toBe("alive");
    const later = await TestApp.start({ ACCESS_TOKEN_SECONDS: "60" });
    later.stopClock();
    const { accessToken } = await signedUp(later);
    later.advanceSeconds(59);
    expect(await stateOf(later, accessToken)).toBe("alive");
    later.advanceSeconds(1);
    expect(await stateOf(later, accessToken)).toBe("TOKEN_EXPIRED");
  });

  test("of another user's session is refused", async () => {
    const other = await signedUp(app);
    expect(await stateOf(app, signed({}, { sub: other.userId }))).toBe("SESSION_REVOKED");
  });

  test("30: never works as a refresh token, nor the reverse", async () => {
    expect(await stateOf(app, account.refreshToken)).toBe("INVALID_TOKEN");
    expect(await refresh(app, account.accessToken)).toMatchObject({ reason: "MALFORMED" });
    // Also where both are HS256, and only the derived key and the typ tell them apart.
    const symmetric = await TestApp.start({ JWT_ALGORITHM: "HS256" });
    const there = await signedUp(symmetric);
    expect(await stateOf(symmetric, there.accessToken)).toBe("alive");
    expect(await stateOf(symmetric, there.refreshToken)).toBe("INVALID_TOKEN");
    expect(await refresh(symmetric, there.accessToken)).toMatchObject({ reason: "MALFORMED" });
  });

  test("32: missing or bad, it is answered UNAUTHENTICATED with the reason, and public fields go on", async () => {
    const reasons = new Map<Json | undefined, string>([
      [undefined, "MISSING_TOKEN"],
      [{ authorization: "" }, "MISSING_TOKEN"],
      [{ authorization: "Bearer" }, "INVALID_TOKEN"],
      [{ authorization: "Bearer x" }, "INVALID_TOKEN"],
      [{ authorization: `Basic ${encode(`${account.email}:${PASSWORD}`)}` }, "INVALID_TOKEN"],
      [{ authorization: account.accessToken }, "INVALID_TOKEN"],
    ]);
    for (const [headers, reason] of reasons) {
      const options = { headers: headers as Record<string, string> };
      const { status, body } = await app.graphql("{ me { id } authSettings { signupEnabled } }", options);
      expect(status).toBe(200);
      expect(body.data).toEqual({ me: null, authSettings: { signupEnabled: true } });
      expect(errorOf({ body })).toEqual({ code: "UNAUTHENTICATED", reason });
    }
  });

  test("32: in the query string it is ignored", async () => {
    const query = `query=${encodeURIComponent(ME)}&access_token=${account.accessToken}`;
    const response = await fetch(`${app.url}/graphql?${query}`, {
      headers: { "apollo-require-preflight": "true" },
    });
    const body = (await response.json()) as { data: unknown };
    expect(body.data).toEqual({ me: null });
  });
});
