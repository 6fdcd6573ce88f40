import { jest } from "@jest/globals";
import { runCli } from "../support/cli-process.js";
import { login } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";

// Each test runs several processes, one after another.
jest.setTimeout(90_000);

describe("seed", () => {
  const seed = (app: TestApp, args: readonly string[], environment: Record<string, string> = {}) =>
    runCli(["seed", ...args], {
      environment: {
        NODE_ENV: "test",
        DATABASE_URL: app.database.url,
        ARGON2_MEMORY_KIB: "64",
        ARGON2_ITERATIONS: "1",
        ...environment,
      },
    });

  const count = async (app: TestApp, table: string, where = "1 = 1"): Promise<number> =>
    Number((await app.execute(`select count(*) as n from ${table} where ${where}`))[0]?.n);

  test("fills a database with users who log in, and with live sessions", async () => {
    const app = await TestApp.startDurable();
    const { code, stdout, stderr } = await seed(app, ["--users", "2500", "--sessions-per-user", "2"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [, password = ""] = /^The password of all of them: (\S{16})$/m.exec(stdout) ?? [];
    const disabled = await count(app, "users", "status = 'DISABLED'");
    expect(await count(app, "users")).toBe(2500);
    expect(await count(app, "sessions")).toBe(2 * (2500 - disabled));
    expect(stdout).toContain(
      `Made 2,500 users and ${(2 * (2500 - disabled)).toLocaleString("en-US")} live sessions.`,
    );
    const [, administrator = ""] = /^The first of them, an administrator: (\S+)$/m.exec(stdout) ?? [];
    const payload = await login(app, administrator, password);
    expect(payload).toMatchObject({ __typename: "AuthPayload", user: { role: "ADMIN" } });
    const { body } = await app.graphql("{ me { sessions { id } } }", { token: payload.accessToken });
    expect(body.data.me.sessions).toHaveLength(3);
    // The next look that prunes leaves them.
    expect(await runCli(["prune"], { environment: { DATABASE_URL: app.database.url } })).toMatchObject({
      stdout: expect.stringMatching(/^pruned 0 sessions/),
    });
    const again = await seed(app, ["--users", "1"]);
    expect(again).toMatchObject({ code: 1, stderr: "There are made-up users in this database already.\n" });
  });

  test("takes a password, by the rules for passwords", async () => {
    const app = await TestApp.startDurable();
    expect(await seed(app, ["--users", "1", "--password", "password1"])).toMatchObject({
      code: 1,
      stdout: "",
    });
    const args = ["--users", "1", "--sessions-per-user", "0", "--password", "a demo of everything"];
    expect(await seed(app, args)).toMatchObject({ code: 0 });
    expect(await count(app, "sessions")).toBe(0);
    const [one] = await app.execute("select email from users");
    expect(await login(app, String(one?.email), "a demo of everything")).toMatchObject({
      __typename: "AuthPayload",
    });
  });

  test("16: never in production", async () => {
    const app = await TestApp.startDurable();
    const production = {
      NODE_ENV: "production",
      AUTH_SECRET: app.secret,
      ARGON2_MEMORY_KIB: "",
      ARGON2_ITERATIONS: "",
    };
    const refused = await seed(app, ["--users", "1"], production);
    expect(refused).toMatchObject({
      code: 1,
      stderr: "With NODE_ENV=production there are no made-up users.\n",
    });
    expect(await count(app, "users")).toBe(0);
  });

  test.each([
    [[]],
    [["--users", "0"]],
    [["--users", "1e3"]],
    [["--users", "1", "--sessions-per-user", "51"]],
  ])("is not run with %j", async (args) => {
    expect(await runCli(["seed", ...args])).toMatchObject({ code: 2, stdout: "" });
  });
});
