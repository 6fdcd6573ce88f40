import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { weaknessOf } from "../../../src/cli/doctor/secret-strength.js";
import { checkSecrets } from "../../../src/cli/doctor/secrets.check.js";

const STRONG = "Zk3v9QmT1xLr7WcY5uHb0NsEoJ8dKfPaGi2RqVzX4tU6";
const OTHER = "b7d1f0a94c2e8356d90f1b3a7c5e2468f1029384756acbde";

describe("doctor about secrets", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["x".repeat(40), "1 different"],
    ["abababababababababababababababababababab", "2 different"],
    ["0123456789876543210012345678998765432100", "examples"],
    ["ghijklmnopqrstuvwxyz{|}~GHIJKLMNOPQRSTUVWXYZ", "order"],
    ["k9Jw2PxQ7mk9Jw2PxQ7mk9Jw2PxQ7mk9Jw2PxQ7m", "repeats"],
    ["change-me-to-something-of-32-bytes-or-so!", "examples"],
    ["my-Secret-Z8q2W9k4L7x1V6b3N5m0T8y2U4i6O8p", "examples"],
    ["PASSWORDPasswordpasswordZ8q2W9k4L7x1V6b3N5", "examples"],
    ["hello hello world, well hello oh world!!", "variety|different|repeats"],
  ])("%j can be guessed", (secret, why) => {
    expect(weaknessOf(secret)).toMatch(new RegExp(why));
  });

  test("nothing is wrong with random ones, in whatever spelling", () => {
    const secrets = Array.from({ length: 1000 }, (_, i) => randomBytes(32 + (i % 32))).flatMap((bytes) =>
      (["hex", "base64", "base64url"] as const).map((spelling) => bytes.toString(spelling)),
    );
    expect(secrets.filter((secret) => weaknessOf(secret) !== null)).toEqual([]);
  });

  test.each([
    [STRONG, undefined, true, ["ok"]],
    ["x".repeat(40), undefined, true, ["FAIL"]],
    ["x".repeat(40), undefined, false, ["warn"]],
    [` ${STRONG}\n`, undefined, true, ["warn"]],
    [STRONG, OTHER, true, ["ok", "ok"]],
    [STRONG, STRONG, true, ["ok", "warn"]],
    [STRONG, "x".repeat(40), true, ["ok", "warn"]],
  ])(
    "AUTH_SECRET=%j and %j before, in production %s: %j",
    (authSecret, authSecretPrevious, isProduction, verdicts) => {
      const findings = checkSecrets({ authSecret, authSecretPrevious, isProduction });
      expect(findings.map(({ verdict }) => verdict)).toEqual(verdicts);
      for (const secret of [authSecret.trim(), authSecretPrevious ?? OTHER])
        expect(JSON.stringify(findings)).not.toContain(secret);
    },
  );

  test("the secret of a development machine is for its owner only", () => {
    const file = join(folder, "auth-secret");
    const config = { authSecret: undefined, authSecretPrevious: undefined, isProduction: false };
    expect(checkSecrets(config, file)).toMatchObject([
      { verdict: "ok", seen: expect.stringContaining("not set") },
    ]);
    writeFileSync(file, `${STRONG}\n`, { mode: 0o600 });
    expect(checkSecrets(config, file).map(({ verdict }) => verdict)).toEqual(["ok", "ok"]);
    chmodSync(file, 0o640);
    expect(checkSecrets(config, file)).toMatchObject([
      { verdict: "ok" },
      { verdict: "warn", seen: expect.stringContaining("mode 640"), advice: `chmod 600 ${file}` },
    ]);
  });
});
