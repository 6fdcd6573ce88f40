import "reflect-metadata";
import { Secret, TOTP } from "otpauth";
import { findTotpStep } from "../../src/modules/mfa/totp.js";
import { readVectors } from "../support/repository.js";
import { codeAt } from "../support/second-factor.js";

interface TotpVector {
  /** In seconds. */
  readonly time: number;
  readonly alg: "SHA1" | "SHA256" | "SHA512";
  readonly secretAscii: string;
  readonly totp8: string;
  readonly totp6: string;
}

interface Vectors {
  readonly vectors: readonly TotpVector[];
  readonly hotp_rfc4226_appendixD: {
    readonly secretAscii: string;
    readonly counters0to9: readonly string[];
  };
}

const { vectors, hotp_rfc4226_appendixD: hotp } = readVectors<Vectors>("rfc6238-rfc4226-totp-hotp.json");

const STEP_SECONDS = 30;
const base32 = (ascii: string): string => Secret.fromLatin1(ascii).base32;
const ours = vectors.filter(({ alg }) => alg === "SHA1");

describe("36: codes of the RFCs", () => {
  test("there are as many as in the RFCs", () => {
    expect([vectors.length, ours.length, hotp.counters0to9.length]).toEqual([18, 6, 10]);
  });

  test.each(ours)("RFC 6238: $totp6 is the code of $time s", async ({ secretAscii, time, totp6 }) => {
    const step = Math.floor(time / STEP_SECONDS);
    const at = (seconds: number) => findTotpStep(base32(secretAscii), totp6, seconds * 1000);
    expect(await at(time)).toBe(step);
    // At every moment of the step before and the one after, and at none besides.
    const [begin, end] = [(step - 1) * STEP_SECONDS, (step + 2) * STEP_SECONDS];
    expect([await at(begin), await at(end - 0.001)]).toEqual([step, step]);
    expect([await at(begin - 0.001), await at(end)]).toEqual([null, null]);
  });

  test.each(hotp.counters0to9.map((code, counter) => ({ code, counter })))(
    "RFC 4226: $code is the code of the counter $counter",
    async ({ code, counter }) => {
      const nowMs = counter * STEP_SECONDS * 1000;
      expect(await findTotpStep(base32(hotp.secretAscii), code, nowMs)).toBe(counter);
    },
  );

  test.each(vectors)("RFC 6238: the library makes $totp8 with $alg at $time s", (vector) => {
    const { alg: algorithm, secretAscii, time, totp8 } = vector;
    const secret = Secret.fromLatin1(secretAscii);
    expect(TOTP.generate({ secret, algorithm, digits: 8, period: 30, timestamp: time * 1000 })).toBe(totp8);
  });

  test.each(ours)("the app of the tests shows $totp6 at $time s", ({ secretAscii, time, totp6 }) => {
    expect(codeAt(base32(secretAscii), time * 1000)).toBe(totp6);
  });
});
