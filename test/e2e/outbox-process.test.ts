import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually.js";
import { newEmail, PASSWORD, SIGNUP } from "../support/journeys.js";
import { DOCUMENTS } from "../support/mail-journeys.js";
import { SecretWatch } from "../support/secret-watch.js";
import { killServers, ServerProcess } from "../support/server-process.js";
import { createTestDatabase, type TestDatabase } from "../support/test-database.js";

const CHEAP_HASHES = { NODE_ENV: "test", ARGON2_MEMORY_KIB: "64", ARGON2_ITERATIONS: "1" };

/** Alone on its line. */
const LINK = /^http:\/\/\S+\/verify-email\?token=(\S+)$/m;

describe("without SMTP_URL", () => {
  let folder: string;
  let database: TestDatabase;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
    database = await createTestDatabase({ durable: true });
  });
  afterEach(async () => {
    killServers();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (environment: Readonly<Record<string, string>>) =>
    ServerProcess.start(folder, { DATABASE_URL: database.url, ...environment });
  const signup = async (server: ServerProcess, email: string) =>
    (await server.graphql(SIGNUP, { input: { email, password: PASSWORD } })).data.signup;

  test.each(["optional", "required"])(
    "47: with EMAIL_VERIFICATION=%s a developer reads the mail in the terminal, and its link works; the log has neither",
    async (policy) => {
      const server = await start({ ...CHEAP_HASHES, EMAIL_VERIFICATION: policy });
      const email = newEmail();
      await signup(server, email);
      const [link, token = ""] = await eventually(() => LINK.exec(server.output) ?? undefined);
      expect(link).toMatch(/^http:\/\/localhost:/);
      expect(server.output).toContain(`\nTo:      ${email}\nSubject: `);
      const { data } = await server.graphql(DOCUMENTS.verifyEmail, { token });
      expect(data.result).toEqual({ __typename: "EmailVerified", email });
      const logLines = await eventually(() => {
        const lines = server.logLines.map((line) => JSON.stringify(line));
        return lines.some((line) => line.includes("mail sent")) ? lines : undefined;
      });
      expect(new SecretWatch(email, token).findIn(logLines)).toEqual([]);
    },
  );

  test("52: the server lives on when nobody reads what it prints", async () => {
    const server = await start(CHEAP_HASHES);
    server.closeOutput();
    for (let i = 0; i < 3; i++) {
      expect((await signup(server, newEmail())).__typename).toBe("AuthPayload");
      await eventually(async () =>
        (await database.ask("select 1 from outbox_mails")).length === 0 ? true : undefined,
      );
    }
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
  });

  test("54: in production nothing is written down that nobody would carry, and the start says so", async () => {
    const server = await start({
      NODE_ENV: "production",
      AUTH_SECRET: "b7d1f0a94c2e8356d90f1b3a7c5e2468f1029384756acbde",
      PUBLIC_URL: "https://auth.example.org",
    });
    const email = newEmail();
    expect((await signup(server, email)).__typename).toBe("AuthPayload");
    expect((await signup(server, email)).__typename).toBe("InvalidInput");
    for (const operation of ["requestPasswordReset", "requestEmailVerification"] as const) {
      expect((await server.graphql(DOCUMENTS[operation], { email })).data.result).toBe(true);
    }
    expect(await database.ask("select * from outbox_mails")).toEqual([]);
    const warnings = server.logLines.filter(({ level }) => level === "warn").map(({ msg }) => msg);
    expect(warnings).toEqual([expect.stringMatching(/^SMTP_URL is not set: no mail is sent/)]);
    expect(server.output).not.toMatch(/token=|^To:/m);
  });
});
