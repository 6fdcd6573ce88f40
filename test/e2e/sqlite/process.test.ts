import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ME, PASSWORD, SIGNUP } from "../../support/journeys.js";
import { killServers, ServerProcess } from "../../support/server-process.js";

describe("the process", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-"));
  });
  afterAll(killServers);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const signup = (server: ServerProcess, email: string) =>
    server.graphql(SIGNUP, { input: { email, password: PASSWORD } });

  test("starts in an empty folder with no configuration, and says where it is and nothing frightening", async () => {
    const server = await ServerProcess.start(folder);
    const lines = server.output.split("\n").filter((line) => line !== "");
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(lines.map(() => "info"));
    expect(server.output).toMatch(/Latchkey is ready at http:\/\/localhost:\d+\/graphql/);
    expect((await signup(server, "ada@example.org")).data.signup.user.email).toBe("ada@example.org");
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
  });

  test("keeps its generated secret, readable by its owner only, so a restart logs nobody out", async () => {
    const first = await ServerProcess.start(folder, { PUBLIC_URL: "http://latchkey.test" });
    const { accessToken, user } = (await signup(first, "ada@example.org")).data.signup;
    first.kill("SIGINT");
    expect(await first.exit).toBe(0);
    const secretFile = join(folder, "data/auth-secret");
    expect(statSync(secretFile).mode & 0o777).toBe(0o600);
    expect(first.output).not.toContain(readFileSync(secretFile, "utf8").trim());

    const second = await ServerProcess.start(folder, { PUBLIC_URL: "http://latchkey.test" });
    expect((await second.graphql(ME, {}, accessToken)).data.me.id).toBe(user.id);
  });

  test.each(["", "short\n", "\n".repeat(40)])(
    "31: does not start on a secret file that holds %j",
    async (content) => {
      mkdirSync(join(folder, "data"));
      writeFileSync(join(folder, "data/auth-secret"), content);
      const server = await ServerProcess.start(folder);
      expect(await server.exit).toBe(1);
      expect(server.logLines.at(-1)?.reason).toContain("data/auth-secret holds less than 32 bytes");
    },
  );

  test("two first starts at once in one folder agree on everything", async () => {
    const environment = { PUBLIC_URL: "http://latchkey.test" };
    const [one, two] = await Promise.all([
      ServerProcess.start(folder, environment),
      ServerProcess.start(folder, environment),
    ]);
    const { accessToken } = (await signup(one, "ada@example.org")).data.signup;
    expect((await two.graphql(ME, {}, accessToken)).data.me.email).toBe("ada@example.org");
  });

  test("47: no debugging switch of a library makes statements and their values show", async () => {
    const server = await ServerProcess.start(folder, {
      MIKRO_ORM_DEBUG: "true",
      DEBUG: "*",
      LOG_LEVEL: "trace",
    });
    await signup(server, "ada@example.org");
    expect(server.output).not.toMatch(/argon2id|insert into|ada@example\.org/);
  });

  test("a folder for the data that cannot be written stops the start in one sentence", async () => {
    writeFileSync(join(folder, "data"), "");
    const environment = { AUTH_SECRET: "x".repeat(32), DATABASE_URL: "sqlite:data/latchkey.db" };
    const server = await ServerProcess.start(folder, environment);
    expect(await server.exit).toBe(1);
    const { level, reason } = server.logLines.at(-1) ?? {};
    expect(level).toBe("fatal");
    expect(reason).toMatch(
      /^The file of DATABASE_URL, .*latchkey\.db, or its folder cannot be written .*\(EEXIST\)\.$/,
    );
    expect(server.output).not.toContain("stack");
  });

  test("what nobody expects is logged with the places of our own sources", async () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(join(folder, "data/latchkey.db"), "not a database".repeat(100));
    const server = await ServerProcess.start(folder);
    expect(await server.exit).toBe(1);
    expect(server.logLines.at(-1)).toMatchObject({
      level: "fatal",
      err: { stack: expect.stringMatching(/[\\/]src[\\/]database[\\/]sqlite\.ts:\d+:\d+/) },
    });
  });

  test("stops at a wrong configuration in one message that lists all faults", async () => {
    const environment = {
      PORT: "abc",
      ACCESS_TOKEN_SECONDS: "-1",
      AUTH_SECRET: "short",
      NODE_ENV: "production",
    };
    const server = await ServerProcess.start(folder, environment);
    expect(await server.exit).toBe(1);
    expect(server.output.split("\n").filter((line) => line !== "")).toEqual([
      "Latchkey cannot start because the configuration is invalid:",
      "  - PORT must be a whole number from 0 to 65535",
      '  - AUTH_SECRET must be at least 32 bytes long: try "openssl rand -base64 48"',
      "  - ACCESS_TOKEN_SECONDS must be a whole number from 1 to 86400",
    ]);
  });

  test("31: does not start in production without a secret", async () => {
    const server = await ServerProcess.start(folder, { NODE_ENV: "production" });
    expect(await server.exit).toBe(1);
    expect(server.output).toContain("AUTH_SECRET is required with NODE_ENV=production");
  });

  test("reads .env in development; what the process was given counts more", async () => {
    writeFileSync(join(folder, ".env"), "SIGNUP_ENABLED=false\nPORT=abc\n");
    const server = await ServerProcess.start(folder);
    expect((await signup(server, "ada@example.org")).data.signup.__typename).toBe("SignupDisabled");
  });

  test("does not read .env in production", async () => {
    writeFileSync(join(folder, ".env"), `AUTH_SECRET=${"x".repeat(32)}\n`);
    const server = await ServerProcess.start(folder, { NODE_ENV: "production" });
    expect(await server.exit).toBe(1);
    expect(server.output).toContain("AUTH_SECRET is required");
  });

  test("an empty variable of the environment leaves the one in .env alone", async () => {
    writeFileSync(join(folder, ".env"), "SIGNUP_ENABLED=false\n");
    const server = await ServerProcess.start(folder, { SIGNUP_ENABLED: "" });
    expect((await signup(server, "ada@example.org")).data.signup.__typename).toBe("SignupDisabled");
  });

  test("says in one line that a port is taken, and ends", async () => {
    const first = await ServerProcess.start(folder);
    const second = await ServerProcess.start(folder, { PORT: new URL(first.url).port });
    expect(await second.exit).toBe(1);
    expect(second.logLines.at(-1)).toMatchObject({
      level: "fatal",
      reason: expect.stringMatching(/^127\.0\.0\.1:\d+ is in use: set PORT/),
    });
  });
});
