import { jest } from "@jest/globals";
import { runCli } from "../support/cli-process.js";
import { login, newEmail, PASSWORD, signedUp } from "../support/journeys.js";
import { eventsOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";

// Each test runs several processes, one after another.
jest.setTimeout(90_000);

describe("create-admin", () => {
  let app: TestApp;
  let environment: Record<string, string>;
  beforeAll(async () => {
    app = await TestApp.startDurable();
    environment = {
      NODE_ENV: "test",
      DATABASE_URL: app.database.url,
      ARGON2_MEMORY_KIB: "64",
      ARGON2_ITERATIONS: "1",
    };
  });

  const createAdmin = (args: readonly string[], input = `${PASSWORD}\n`) =>
    runCli(["create-admin", ...args], { environment, input });

  const rowOf = async (email: string) =>
    (await app.execute(`select * from users where email = '${email}'`))[0];

  test("makes an account that logs in as an administrator, and records it", async () => {
    const email = newEmail();
    const made = await createAdmin(["--email", email, "--username", "root.1", "--name", "Ada Lovelace"]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(made.stdout).toMatch(new RegExp(`^${email} is an administrator \\([0-9a-f-]{36}\\)\\.\n$`));
    const { user } = await login(app, "root.1");
    expect(user).toMatchObject({
      email,
      role: "ADMIN",
      status: "ACTIVE",
      emailVerified: true,
      name: "Ada Lovelace",
    });
    const events = await eventsOf(app, user.id);
    expect(events.map(({ type }) => type)).toEqual(["SIGNED_UP", "ROLE_CHANGED", "LOGGED_IN"]);
    expect(events[0]).toMatchObject({ actorId: null, ipAddress: null, userAgent: null });
  });

  test("the line break at the end is no part of the password, and spaces are", async () => {
    for (const [input, password] of [
      ["  spaces around it  \r\n", "  spaces around it  "],
      ["no line break at all", "no line break at all"],
      ["only the first line\nand not this\n", "only the first line"],
    ] as const) {
      const email = newEmail();
      expect(await createAdmin(["--email", email], input)).toMatchObject({ code: 0 });
      expect(await login(app, email, password)).toMatchObject({ __typename: "AuthPayload" });
    }
  });

  test("1, 4: tells all that is wrong at once, makes nothing, and repeats no password", async () => {
    const { code, stdout, stderr } = await createAdmin(["--email", "ada", "--username", "a b"], "short\n");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^email: This is not/),
      expect.stringMatching(/^username: Use letters/),
      expect.stringMatching(/^password: Use at least 8/),
    ]);
    const email = `countess.${newEmail()}`;
    for (const [password, reason] of [
      ["password1", /^password: Many people use/],
      [`x-${email.split("@")[0]}-y`, /^password: The password must not contain/],
      ["", /^password: Enter a password/],
    ] as const) {
      const refused = await createAdmin(["--email", email], `${password}\n`);
      expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(reason) });
      if (password !== "") expect(refused.stderr).not.toContain(password);
    }
    expect(await rowOf(email)).toBeUndefined();
    expect((await createAdmin([])).code).toBe(2);
  });

  test("an address or a username that is taken is an error", async () => {
    const { email } = await signedUp(app, { username: "taken.by.one" });
    const before = await rowOf(email);
    const taken = await createAdmin(["--email", email.toUpperCase()]);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringMatching(/already exists: --promote/) });
    const username = await createAdmin(["--email", newEmail(), "--username", "Taken.By.One"]);
    expect(username).toMatchObject({ code: 1, stderr: "This username is taken.\n" });
    expect(await rowOf(email)).toEqual(before);
  });

  test("of several at once one makes the account", async () => {
    const email = newEmail();
    const results = await Promise.all(Array.from({ length: 3 }, () => createAdmin(["--email", email])));
    expect(results.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
    for (const { code, stderr } of results) expect(stderr).toMatch(code === 0 ? /^$/ : /already exists/);
  });

  test("22: --promote makes an administrator of an account, which keeps its password and its sessions", async () => {
    const account = await signedUp(app, { username: "to.be.promoted" });
    await app.execute(`update users set status = 'DISABLED' where email = '${account.email}'`);
    const promoted = await createAdmin(["--email", account.email, "--promote"], "");
    expect(promoted).toMatchObject({ code: 0, stderr: "" });
    expect(promoted.stdout).toMatch(/administrator's now.*\nIts address was never verified/);
    const me = await app.graphql("{ me { role status emailVerified } }", { token: account.accessToken });
    expect(me.body.data.me).toEqual({ role: "ADMIN", status: "ACTIVE", emailVerified: false });
    expect(await login(app, account.email)).toMatchObject({ __typename: "AuthPayload" });
    const types = (await eventsOf(app, account.userId)).map(({ type }) => type);
    expect(types.filter((type) => type.endsWith("_CHANGED"))).toEqual(["ROLE_CHANGED", "STATUS_CHANGED"]);
    const again = await createAdmin(["--email", account.email, "--promote"], "");
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The account is an active admin/),
    });
    expect(await eventsOf(app, account.userId)).toHaveLength(types.length);
    const renamed = await createAdmin(["--email", account.email, "--promote", "--name", "Ada"], "");
    expect(renamed.code).toBe(2);
  });

  test("--promote promotes nobody whose address only looks like the one that was given", async () => {
    const { userId } = await signedUp(app, { email: "\u0430da@exam\u0440le.com" });
    await app.execute(`update users set email_verified = true where id = '${userId}'`);
    const refused = await createAdmin(["--email", "ada@example.com", "--promote"], "");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("looks like it: \\u0430da@exam\\u0440le.com");
    expect(await app.execute(`select role from users where id = '${userId}'`)).toEqual([{ role: "USER" }]);
    const meant = await createAdmin(["--email", "\u0430DA@exam\u0440le.com", "--promote"], "");
    expect(meant).toMatchObject({ code: 0, stdout: expect.stringContaining("administrator's now") });
  });

  test("--promote makes the account where there is none", async () => {
    const email = newEmail();
    expect(await createAdmin(["--email", email, "--promote"])).toMatchObject({ code: 0 });
    expect((await login(app, email)).user.role).toBe("ADMIN");
  });
});
