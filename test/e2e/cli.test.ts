import { jest } from "@jest/globals";
import { runCli } from "../support/cli-process.js";

// Each test runs several processes, one after another.
jest.setTimeout(90_000);

describe("npm run cli", () => {
  test("lists its commands, and tells the options of each without any configuration", async () => {
    const help = await runCli(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    const names = [...help.stdout.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name ?? "");
    expect(names).toContain("prune");
    const environment = { NODE_ENV: "production" };
    const helps = await Promise.all(names.map((name) => runCli([name, "--help"], { environment })));
    for (const [index, name] of names.entries()) {
      expect(helps[index]?.code).toBe(0);
      expect(helps[index]?.stdout).toContain(`Usage: npm run cli -- ${name}`);
    }
    expect((await runCli(["rotate-keys", "--help"])).stdout).toMatch(/^ {2}--leaked +\S/m);
  });

  test.each([
    [[], /^Usage: npm run cli -- <command>/],
    [["rotate-key"], /^There is no command "rotate-key"\.\n\nUsage: npm run cli -- <command>/],
    [["rotate-keys", "--nwo"], /^Unknown option '--nwo'\. Try "npm run cli -- rotate-keys --help"\.\n$/],
    [["rotate-keys", "--now=yes"], /^Option '--now' does not take an argument\. Try .*\n$/],
    [["prune", "all"], /^Unexpected argument 'all'\. Try "npm run cli -- prune --help"\.\n$/],
    [["prune", "--now"], /^Unknown option '--now'\. Try .*\n$/],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  test("lists all faults of the configuration, as the server does", async () => {
    const { code, stderr } = await runCli(["prune"], { environment: { PORT: "abc", AUTH_SECRET: "short" } });
    expect(code).toBe(1);
    expect(stderr).toContain("  - PORT must be");
    expect(stderr).toContain("  - AUTH_SECRET must be");
  });
});
