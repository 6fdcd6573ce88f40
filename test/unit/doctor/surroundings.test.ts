import { generateKeyPairSync } from "node:crypto";
import {
  checkHashing,
  judgeConcurrency,
  judgeEngine,
  judgeHashMemory,
  judgeHashTime,
} from "../../../src/cli/doctor/hashing.check.js";
import { judgeMigrations } from "../../../src/cli/doctor/migrations.verdict.js";
import {
  judgeConnections,
  judgeDurability,
  judgeSkew,
  judgeTls,
  judgeVersion,
  judgeWrites,
} from "../../../src/cli/doctor/postgresql.verdicts.js";
import { createRedaction, inOneLine } from "../../../src/cli/doctor/redaction.js";
import { checkRuntime } from "../../../src/cli/doctor/runtime.check.js";
import { judgeSigningKeys } from "../../../src/cli/doctor/signing-keys.check.js";
import { judgeRoom } from "../../../src/cli/doctor/sqlite.check.js";
import type { OpenedSigningKey } from "../../../src/modules/token/signing-keys.js";

const MIB = 1024 * 1024;
const DAY = 86_400_000;

describe("doctor about its surroundings", () => {
  test.each([
    ["20.19.0", "FAIL"],
    ["22.16.9", "FAIL"],
    ["22.17.0", "ok"],
    ["25.1.0", "warn"],
    ["26.10.0", "ok"],
  ])("Node.js %s: %s", (version, verdict) => {
    expect(checkRuntime(version)).toMatchObject([{ verdict }]);
  });

  test.each([
    ["postgresql://u:p@db.example.org/x", "warn"],
    ["postgresql://u:p@db.example.org/x?sslmode=disable", "warn"],
    ["postgresql://u:p@db.example.org/x?sslmode=no-verify", "warn"],
    ["postgresql://u:p@db.example.org/x?sslmode=require", "ok"],
    ["postgresql://u:p@db.example.org/x?ssl=true", "ok"],
    ["postgresql://u:p@10.0.0.5/x", "warn"],
    ["postgresql://u:p@localhost/x", "ok"],
    ["postgresql://u:p@[::1]/x", "ok"],
    ["postgresql:///x?host=/var/run/postgresql", "ok"],
    ["postgresql://u@%2Fvar%2Frun%2Fpostgresql/x", "ok"],
    ["postgresql://localhost/x?host=db.example.org", "warn"],
  ])("TLS of %s: %s", (url, verdict) => {
    expect(judgeTls(url).verdict).toBe(verdict);
  });

  test.each([
    [{ server: 97, database: -1, role: -1 }, 10, "ok", "9 instances"],
    [{ server: 97, database: -1, role: -1 }, 60, "warn", "a second instance"],
    [{ server: 97, database: 15, role: -1 }, 10, "warn", "of 15"],
    [{ server: 97, database: 50, role: 5 }, 10, "FAIL", "of 5"],
    [{ server: 97, database: -1, role: 0 }, 10, "FAIL", "of 0"],
  ])("connections %j with a pool of %i: %s", (limits, poolSize, verdict, seen) => {
    expect(judgeConnections(limits, poolSize)).toMatchObject({
      verdict,
      seen: expect.stringContaining(seen),
    });
  });

  test.each([
    ["on", "on", ["ok"]],
    ["remote_apply", "on", ["ok"]],
    ["off", "on", ["FAIL"]],
    ["on", "off", ["FAIL"]],
    ["off", "off", ["FAIL", "FAIL"]],
  ])("synchronous_commit=%s, fsync=%s in production: %j", (synchronous_commit, fsync, verdicts) => {
    const settings = { synchronous_commit, fsync, full_page_writes: "on" };
    const judge = (isProduction: boolean) =>
      judgeDurability(settings, { isProduction }).map(({ verdict }) => verdict);
    expect(judge(true)).toEqual(verdicts);
    expect(judge(false)).toEqual(verdicts.map((verdict) => (verdict === "FAIL" ? "warn" : verdict)));
  });

  test.each([
    [3, 1, "ok"],
    [-900, 1, "ok"],
    [1500, 1, "warn"],
    [1500, 800, "ok"],
    [-7000, 10, "FAIL"],
    [7000, 3000, "warn"],
  ])("a clock %i ms off, give or take %i: %s", (skewMs, uncertaintyMs, verdict) => {
    expect(judgeSkew(skewMs, uncertaintyMs).verdict).toBe(verdict);
  });

  test("versions, room and migrations", () => {
    expect(judgeVersion({ version: "12.22", number: 120_022, database: "x" }).verdict).toBe("FAIL");
    expect(judgeVersion({ version: "13.0", number: 130_000, database: "x" }).verdict).toBe("ok");
    const sound = { standby: false, read_only: false, may_write: true };
    expect(judgeWrites(sound).verdict).toBe("ok");
    for (const fault of [{ standby: true, read_only: true }, { read_only: true }, { may_write: false }])
      expect(judgeWrites({ ...sound, ...fault }).verdict).toBe("FAIL");
    expect([4, 100, 300].map((mib) => judgeRoom(mib * MIB).verdict)).toEqual(["FAIL", "warn", "ok"]);
    const known = [{ name: "one" }, { name: "two" }];
    const judge = (executed: string[], migrateOnStart = true) =>
      judgeMigrations(known, executed, { migrateOnStart }).verdict;
    expect(judge(["one", "two"])).toBe("ok");
    expect(judge(["one"])).toBe("warn");
    expect(judge(["one"], false)).toBe("FAIL");
    expect(judge(["one", "two", "three"])).toBe("warn");
  });

  test("hashing: engine, memory, concurrency, time", async () => {
    const config = { argon2: { memoryKib: 19_456, iterations: 2, parallelism: 1 }, hashConcurrency: 8 };
    expect([judgeEngine("@node-rs/argon2"), judgeEngine("argon2")]).toMatchObject([
      { verdict: "ok" },
      { verdict: "warn" },
    ]);
    const inMemory = (mib: number) =>
      judgeHashMemory(config, { processors: 8, memoryBytes: mib * MIB }).verdict;
    expect([160, 250, 1000].map(inMemory)).toEqual(["FAIL", "warn", "ok"]);
    const on = (processors: number) => judgeConcurrency(config, { processors, memoryBytes: 0 }).verdict;
    expect([4, 8].map(on)).toEqual(["warn", "ok"]);
    expect(judgeHashTime({ medianMs: 1200, perSecond: 3, atOnce: 2 }, config).verdict).toBe("warn");
    expect(judgeHashTime({ medianMs: 20, perSecond: 90, atOnce: 2 }, config)).toMatchObject({
      verdict: "ok",
      seen:
        "20 ms a hash (median of 5), 90 logins a second (measured, 2 at once) at m=19456 t=2 p=1; room to make guessing " +
        "dearer: ARGON2_ITERATIONS=4 would take about 40 ms, at 45 logins a second",
    });
    expect(judgeHashTime({ medianMs: 30, perSecond: 60, atOnce: 2 }, config).seen).not.toContain("room");
    // What would exhaust the machine is not tried.
    const tooMuch = await checkHashing({ ...config, argon2: { ...config.argon2, memoryKib: 2 ** 40 } });
    expect(tooMuch.map(({ verdict }) => verdict).slice(1)).toEqual(["FAIL"]);
  });

  test("signing keys: age, algorithm, the one that waits, the secret they are sealed under", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const now = Date.parse("2026-06-01T00:00:00Z");
    const key = (
      sequence: number,
      ageDays: number,
      more: Partial<OpenedSigningKey> = {},
    ): OpenedSigningKey => {
      const signsFrom = new Date(now - ageDays * DAY);
      const times = { createdAt: signsFrom, signsFrom };
      return {
        kid: `key${sequence}`,
        algorithm: "ES256",
        sequence,
        privateKey,
        publicKey,
        isStale: false,
        ...times,
        ...more,
      };
    };
    const judge = (keys: OpenedSigningKey[], jwtAlgorithm: "ES256" | "RS256" | "HS256" = "ES256") =>
      judgeSigningKeys(keys, { jwtAlgorithm, accessTokenSeconds: 900 }, now)[0];
    expect(judge([key(1, 30)])).toMatchObject({
      verdict: "ok",
      seen: "key1 (ES256) signs, for 30 days; 1 in all",
    });
    expect(judge([key(1, 400)])).toMatchObject({
      verdict: "warn",
      advice: expect.stringContaining("rotate-keys"),
    });
    expect(judge([key(2, -0.005), key(1, 400)])).toMatchObject({
      verdict: "ok",
      seen: expect.stringMatching(/^key1 .*2 in all; key2 signs from 2026-06-01T00:07:12\.000Z$/),
    });
    expect(judge([key(1, 3)], "RS256")).toMatchObject({ verdict: "warn" });
    expect(judge([key(1, 3, { isStale: true })])).toMatchObject({
      verdict: "warn",
      seen: expect.stringContaining("PREVIOUS"),
    });
    expect(judge([key(1, 400)], "HS256")?.verdict).toBe("ok");
  });

  test("47: no secret gets through, whatever a server answers", () => {
    const redact = createRedaction({
      authSecret: "the-secret-of-this-very-server-0123",
      authSecretPrevious: "the-one-before-it-of-32-bytes-at-least",
      databaseUrl: "postgresql://me:p%40ssw0rd@db.example.org/x?password=an0ther",
      smtpUrl: "smtp://mailer:s3same%21@mail.example.org",
    });
    const secrets = [
      "the-secret-of-this-very-server-0123",
      "the-one-before-it-of-32-bytes-at-least",
      "p%40ssw0rd",
      "p@ssw0rd",
      "an0ther",
      "s3same!",
      Buffer.from("s3same!").toString("base64"),
      Buffer.from("\0mailer\0s3same!").toString("base64"),
    ];
    expect(secrets.map((secret) => redact(`535 no "${secret}"`))).toEqual(secrets.map(() => '535 no "***"'));
  });
});

test("an answer neither breaks the line nor moves the cursor", () => {
  expect(inOneLine("554 one \r\n two\u001b[2K\u009b1A\u0007 three")).toBe("554 one two [2K 1A three");
});
