import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { SigningKey } from "../../src/modules/token/signing-key.entity.js";
import { runCli } from "../support/cli-process.js";
import { signedUp, stateOf } from "../support/journeys.js";
import { startSmtpServer, type TestSmtpServer } from "../support/smtp.js";
import { TestApp } from "../support/test-app.js";
import { isPostgresql } from "../support/test-database.js";

const MAIL_PASSWORD = "s3same, open!";
const CHEAP = { NODE_ENV: "test", ARGON2_MEMORY_KIB: "64", ARGON2_ITERATIONS: "1", HASH_CONCURRENCY: "2" };

const FINDING = /^(ok|warn|FAIL) +([^:]+): /;

describe("npm run cli -- doctor", () => {
  let smtp: TestSmtpServer;
  let folder: string;
  beforeAll(async () => {
    smtp = await startSmtpServer(MAIL_PASSWORD);
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  });
  afterAll(async () => {
    await smtp.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function examine(environment: Record<string, string>) {
    const { code, stdout, stderr } = await runCli(["doctor"], { environment, cwd: folder });
    expect(stderr).toBe("");
    const lines = stdout.trimEnd().split("\n");
    // One line for each, and nothing that a library has to say.
    for (const line of lines.slice(0, -1)) expect(line).toMatch(FINDING);
    const verdicts = lines.slice(0, -1).map((line) => FINDING.exec(line)?.slice(1) ?? []);
    const named = (wanted: string) =>
      lines.filter((line) => new RegExp(`^\\w+ +${wanted}`).test(line)).join("\n");
    const namesOf = (verdict: string) =>
      verdicts.filter(([found]) => found === verdict).map(([, name]) => name);
    return { code, stdout, summary: lines.at(-1), named, warned: namesOf("warn"), failed: namesOf("FAIL") };
  }

  const environmentOf = (app: TestApp) => ({ DATABASE_URL: app.database.url, AUTH_SECRET: app.secret });

  test("finds nothing wrong with a sound server in production, beside which it runs, and changes nothing", async () => {
    const app = await TestApp.startDurable();
    const { accessToken } = await signedUp(app);
    const before = await app.execute("select * from signing_keys");
    const report = await examine({
      NODE_ENV: "production",
      ...environmentOf(app),
      PUBLIC_URL: "https://auth.example.org",
      CORS_ORIGINS: "https://app.example.org",
      WEBAUTHN_RP_ID: "example.org",
      TRUST_PROXY: "1",
      // What the library would log of the dialogue is no finding.
      SMTP_URL: `${smtp.urlOf("mailer", MAIL_PASSWORD)}?logger=true&debug=true`,
      MAIL_FROM: "Example <accounts@example.org>",
      HASH_CONCURRENCY: "1",
    });
    expect(report).toMatchObject({ failed: [], warned: [], code: 0 });
    expect(report.summary).toMatch(/^\d\d ok, 0 to look at \(warn\), 0 to mend \(FAIL\)$/);
    expect(report.named("database")).toContain(isPostgresql ? "PostgreSQL" : "SQLite");
    expect(report.named("signing keys")).toContain(String(before[0]?.kid));
    expect(report.named("argon2 cost")).toMatch(
      /\d+ ms a hash .* \d+ logins a second \(measured, 1 at once\) at m=19456 t=2 p=1/,
    );
    expect(smtp.logins).toContain("mailer");
    expect(await app.execute("select * from signing_keys")).toEqual(before);
    expect(await stateOf(app, accessToken)).toBe("alive");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("47: tells all that is wrong, exits with 1, and prints no secret", async () => {
    const report = await examine({
      ...CHEAP,
      NODE_ENV: "production",
      ARGON2_MEMORY_KIB: "19456",
      ARGON2_ITERATIONS: "2",
      HASH_CONCURRENCY: String(availableParallelism() + 1),
      AUTH_SECRET: "change-me-to-32-bytes-or-more-please",
      AUTH_SECRET_PREVIOUS: "change-me-to-32-bytes-or-more-please",
      PUBLIC_URL: "http://auth.example.org",
      CORS_ORIGINS: "http://app.example.org,http://auth.example.org",
      TRUST_PROXY: "1",
      HOST: "0.0.0.0",
      DATABASE_URL: "postgresql://latchkey:a-password-of-the-database@127.0.0.1:1/latchkey",
      SMTP_URL: smtp.urlOf("mailer", "not s3same"),
    });
    expect(report.failed).toEqual([
      "AUTH_SECRET",
      "PUBLIC_URL",
      "CORS_ORIGINS",
      "PASSKEYS",
      "database",
      "SMTP_URL",
    ]);
    expect(report.warned).toEqual(
      expect.arrayContaining(["AUTH_SECRET_PREVIOUS", "CORS_ORIGINS", "TRUST_PROXY", "HASH_CONCURRENCY"]),
    );
    expect(report.code).toBe(1);
    expect(report.named("SMTP_URL")).toContain('no "***" for');
    for (const secret of ["change-me", "a-password-of-the-database", "not s3same", "not%20s3same"]) {
      expect(report.stdout).not.toContain(secret);
    }
  });

  test("a configuration that the server would not take is told as the server tells it", async () => {
    const { code, stderr } = await runCli(["doctor"], {
      environment: { PORT: "abc", SMTP_URL: "mail.example.org" },
    });
    expect(code).toBe(1);
    expect(stderr).toContain("  - PORT must be");
    expect(stderr).toContain("  - SMTP_URL must be smtp://");
  });

  test("looks at an empty database without migrating it", async () => {
    const app = await TestApp.startDurable();
    const url = isPostgresql ? app.database.url : `sqlite:${join(folder, "none/yet.db")}`;
    if (isPostgresql) await app.execute("drop schema public cascade; create schema public");
    const environment = { ...CHEAP, DATABASE_URL: url, AUTH_SECRET: app.secret };
    const report = await examine(environment);
    expect(report).toMatchObject({ code: 0, failed: [], warned: isPostgresql ? ["migrations"] : [] });
    expect(existsSync(join(folder, "none"))).toBe(false);
    const unmigrated = await examine({ ...environment, MIGRATE_ON_START: "false" });
    expect(unmigrated.failed).toEqual([isPostgresql ? "migrations" : "database"]);
    expect(unmigrated.named(isPostgresql ? "migrations" : "database")).toContain("npm run migrate");
    if (!isPostgresql) return;
    expect(await app.execute("select 1 from pg_class where relname = 'mikro_orm_migrations'")).toEqual([]);
  });

  test("53: says when the secret does not open the signing keys, and when only the previous one does", async () => {
    const app = await TestApp.startDurable();
    const sealed = async () =>
      (await app.orm.em.fork().find(SigningKey, {})).map((key) => key.sealedPrivateKey);
    const before = await sealed();
    const other = "b7d1f0a94c2e8356d90f1b3a7c5e2468f1029384756acbde";
    const wrong = await examine({ ...CHEAP, ...environmentOf(app), AUTH_SECRET: other });
    expect(wrong).toMatchObject({ code: 1, failed: ["signing keys"] });
    const rotating = {
      ...CHEAP,
      ...environmentOf(app),
      AUTH_SECRET: other,
      AUTH_SECRET_PREVIOUS: app.secret,
    };
    expect((await examine(rotating)).named("signing keys")).toMatch(
      /^warn .*sealed under AUTH_SECRET_PREVIOUS still/,
    );
    expect(await sealed()).toEqual(before);
  });

  test("tells how many mails wait, and when it is for too long; EMAIL_VERIFICATION=required is no fault where they are printed", async () => {
    const app = await TestApp.startDurable();
    const environment = { ...CHEAP, ...environmentOf(app), EMAIL_VERIFICATION: "required" };
    const empty = await examine(environment);
    expect(empty).toMatchObject({ code: 0, failed: [], warned: [] });
    expect(empty.named("SMTP_URL")).toMatch(/^ok .*mails are printed/);
    expect(empty.named("outbox")).toMatch(/^ok .*no mail waits$/);
    // As its sender's clock has it.
    app.advanceSeconds(-16 * 60);
    const { email } = await signedUp(app);
    app.advanceSeconds(16 * 60);
    await signedUp(app);
    const report = await examine(environment);
    expect(report).toMatchObject({ code: 0, warned: ["outbox"] });
    expect(report.named("outbox")).toMatch(/: 2 to be sent, the oldest for 16 minutes - /);
    expect(report.stdout).not.toContain(email);
  });

  if (isPostgresql) {
    test("PostgreSQL: a standby's kind of session, lax durability, too many connections", async () => {
      const app = await TestApp.startDurable();
      const name = new URL(app.database.url).pathname.slice(1);
      await app.execute(`alter database ${name} set default_transaction_read_only = on`);
      await app.execute(`alter database ${name} set synchronous_commit = off`);
      await app.execute(`alter database ${name} connection limit 7`);
      const report = await examine({ ...CHEAP, ...environmentOf(app), DATABASE_POOL_SIZE: "10" });
      expect(report).toMatchObject({
        code: 1,
        failed: ["database writes", "DATABASE_POOL_SIZE"],
        warned: ["durability"],
      });
    });

    test("PostgreSQL: a role that may do nothing, and one that may only read", async () => {
      const app = await TestApp.startDurable();
      const role = `latchkey_reader_${process.pid}`;
      await app.execute(`create role ${role} login password '${role}'`);
      try {
        const url = Object.assign(new URL(app.database.url), { username: role, password: role }).href;
        const environment = { ...CHEAP, DATABASE_URL: url, AUTH_SECRET: app.secret };
        const blind = await examine(environment);
        expect(blind.named("database writes")).toMatch(/^FAIL .*may not read the tables - grant it select/);
        await app.execute(`grant select on all tables in schema public to ${role}`);
        const report = await examine(environment);
        expect(report.named("database writes")).toMatch(/^FAIL .*the role may not write to all tables/);
        expect(report.named("signing keys")).toMatch(/^ok/);
        await app.execute(`grant all on all tables in schema public to ${role}`);
        await app.execute(`revoke insert on outbox_mails from ${role}`);
        const mailless = await examine(environment);
        expect(mailless.named("database writes")).toMatch(/^FAIL .*the role may not write to all tables/);
      } finally {
        await app.execute(`drop owned by ${role}; drop role ${role}`);
      }
    });
  } else {
    test("SQLite: a file that others may read, one that is none, and one in memory", async () => {
      const app = await TestApp.startDurable();
      const file = app.database.url.replace("sqlite:", "");
      chmodSync(join(file, ".."), 0o755);
      chmodSync(file, 0o644);
      const open = await examine({ ...CHEAP, ...environmentOf(app) });
      expect(open).toMatchObject({ code: 0, warned: ["database file"] });
      const [garbage, secret] = [join(folder, "garbage.db"), app.secret];
      writeFileSync(garbage, "not a database ".repeat(100));
      const broken = await examine({ ...CHEAP, DATABASE_URL: `sqlite:${garbage}`, AUTH_SECRET: secret });
      rmSync(garbage);
      expect(broken.named("database:")).toMatch(/^FAIL .*not a database/);
      const memory = await examine({ ...CHEAP, DATABASE_URL: "sqlite::memory:", AUTH_SECRET: secret });
      expect(memory.named("database:")).toMatch(/^warn .*a restart loses everything/);
    });
  }
});
