import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { type JwtKey, verifyJws } from "../../src/modules/token/jwt.js";
import { signEs256 } from "../support/forge.js";
import { readVectors } from "../support/repository.js";

interface Jwk {
  readonly kty: string;
  readonly alg?: string;
  readonly k?: string;
}

interface SignatureVectors {
  readonly testGroups: readonly {
    readonly comment: string;
    readonly public?: Jwk;
    readonly private?: Jwk;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly jws: unknown;
      readonly result: string;
    }[];
  }[];
}

const OUR_ALGORITHMS = ["ES256", "HS256", "RS256"] as const;

const { testGroups } = readVectors<SignatureVectors>("json_web_signature_test.json");

/** Vectors whose verdict is not about the token, by tcId. */
const NOT_ABOUT_THE_TOKEN = new Map([
  [332, "an RS256 signature, invalid because its key is marked PS512: here a key is marked by us"],
  [353, "the token of tc33, invalid because its JWK says `use: enc`: our keys are no imported JWKs"],
  [354, "the token of tc18, likewise"],
  [355, "the token of tc33, invalid because of the JWK's `key_ops`"],
  [356, "the token of tc18, likewise"],
  [367, "to the letter the token of tc357, which is called valid under the same key"],
  [370, "likewise"],
  [372, "called valid by a decoder that skips the `?`: we refuse it"],
  [373, "likewise"],
]);

/** Every vector against its group's key under each algorithm that a key of that kind could be given here. */
const cases = testGroups.flatMap((group) => {
  const jwk = group.public ?? group.private;
  const key = jwk === undefined ? undefined : importKey(jwk);
  if (jwk === undefined || key === undefined) return [];
  return algorithmsFor(jwk).flatMap((algorithm) =>
    group.tests
      .filter(({ tcId }) => !NOT_ABOUT_THE_TOKEN.has(tcId))
      .map((vector) => ({
        name: `${group.comment} tc${vector.tcId} ${vector.comment} as ${algorithm}`,
        jws: String(vector.jws),
        // A token that another algorithm made valid is invalid for a key of ours.
        isValid: vector.result === "valid" && jwk.alg === algorithm,
        key: { kid: "any", algorithm, key },
      })),
  );
});

function algorithmsFor({ kty }: Jwk): (typeof OUR_ALGORITHMS)[number][] {
  return { EC: ["ES256" as const], RSA: ["RS256" as const], oct: ["HS256" as const] }[kty] ?? [];
}

function importKey(jwk: Jwk): KeyObject | undefined {
  try {
    if (jwk.kty === "oct") return createSecretKey(Buffer.from(jwk.k ?? "", "base64url"));
    const input = { key: jwk as object, format: "jwk" as const };
    return "d" in jwk ? createPublicKey(createPrivateKey(input)) : createPublicKey(input);
  } catch {
    return undefined;
  }
}

const verify = (jws: string, key: JwtKey) => verifyJws(jws, () => key);

describe("the verifying wrapper", () => {
  test("accepts none of the Wycheproof signatures that are invalid for our algorithms", () => {
    const invalid = cases.filter(({ isValid }) => !isValid);
    expect(invalid.length).toBeGreaterThan(290);
    expect(invalid.filter(({ jws, key }) => verify(jws, key) !== null).map(({ name }) => name)).toEqual([]);
  });

  test("refuses also what a lenient decoder would make valid by skipping characters", () => {
    const lenient = testGroups
      .flatMap(({ tests }) => tests)
      .filter(({ tcId }) => tcId === 372 || tcId === 373);
    const key: JwtKey = { kid: "any", algorithm: "HS256", key: createSecretKey(Buffer.alloc(32)) };
    expect(lenient.map(({ jws }) => verify(String(jws), key))).toEqual([null, null]);
  });

  test("accepts the Wycheproof signatures that are valid, unless the payload is empty", () => {
    const valid = cases.filter(({ isValid, jws }) => isValid && jws.split(".")[1] !== "");
    expect(valid.length).toBeGreaterThanOrEqual(15);
    expect(valid.filter(({ jws, key }) => verify(jws, key) === null).map(({ name }) => name)).toEqual([]);
  });

  describe("28: refuses what another encoding makes of a good token", () => {
    const secret = createSecretKey(Buffer.alloc(32, 7));
    const key: JwtKey = { kid: "k", algorithm: "HS256", key: secret };
    const base64url = (text: string) => Buffer.from(text).toString("base64url");
    const sign = (header: string, payload: string) => {
      const input = `${base64url(header)}.${base64url(payload)}`;
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    };
    const header = '{"alg":"HS256","kid":"k","typ":"JWT"}';
    const good = sign(header, '{"a":1}');
    const [encodedHeader = "", encodedPayload = "", signature = ""] = good.split(".");

    test("(the good token is accepted)", () => {
      expect(verify(good, key)).toMatchObject({ payload: '{"a":1}' });
    });

    test("trailing bits in an ECDSA signature", () => {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const es256: JwtKey = { kid: "k", algorithm: "ES256", key: publicKey };
      const token = signEs256({ alg: "ES256", kid: "k" }, { a: 1 }, privateKey);
      expect(verify(token, es256)).not.toBeNull();
      expect(verify(flipTrailingBits(token), es256)).toBeNull();
    });

    test.each([
      ["leading white space", ` ${good}`],
      ["a trailing line break", `${good}\n`],
      ["white space inside", `${encodedHeader}. ${encodedPayload}.${signature}`],
      ["padding", `${encodedHeader}.${encodedPayload}.${signature}=`],
      ["trailing bits in the signature", `${encodedHeader}.${encodedPayload}.${flipTrailingBits(signature)}`],
      [
        "plain base64",
        `${encodedHeader}.${encodedPayload}.${Buffer.from(signature, "base64url").toString("base64")}`,
      ],
      ["a fourth part", `${good}.x`],
      ["two parts", `${encodedHeader}.${encodedPayload}`],
      [
        "JSON serialisation",
        JSON.stringify({ payload: encodedPayload, protected: encodedHeader, signature }),
      ],
      ["a header that is no object", sign('"HS256"', "{}")],
      ["a header that is an array", sign("[]", "{}")],
      ["a header that is not JSON", sign("{", "{}")],
      ["an unknown header member", sign('{"alg":"HS256","kid":"k","zip":"DEF"}', "{}")],
      ["a missing kid", sign('{"alg":"HS256"}', "{}")],
      ["a kid that is no string", sign('{"alg":"HS256","kid":["k"]}', "{}")],
      ["another algorithm", sign('{"alg":"HS384","kid":"k"}', "{}")],
      ["crit", sign('{"alg":"HS256","kid":"k","crit":["exp"]}', "{}")],
    ])("%s", (_what, token) => {
      expect(verify(token, key)).toBeNull();
    });
  });
});

/** The last character of 43 carries two bits that no byte uses: another character decodes to the same bytes. */
function flipTrailingBits(encoded: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(encoded.at(-1) ?? "");
  return encoded.slice(0, -1) + alphabet[last ^ 1];
}
