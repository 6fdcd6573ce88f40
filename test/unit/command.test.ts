import { jest } from "@jest/globals";
import { type Command, type OptionValues, runCommand } from "../../src/cli/command.js";
import { StartError } from "../../src/lib/start-error.js";

const options = {
  email: { type: "string", summary: "of the account" },
  force: { type: "boolean", summary: "without asking" },
} as const;

describe("a command", () => {
  let printed: string[];
  let given: OptionValues<typeof options>[];

  beforeEach(() => {
    [printed, given] = [[], []];
    for (const method of ["log", "error"] as const) {
      jest.spyOn(console, method).mockImplementation((line) => void printed.push(String(line)));
    }
  });
  afterEach(() => {
    process.exitCode = undefined;
  });

  const run = async (args: readonly string[], work: () => void = () => {}) => {
    const command: Command<typeof options> = {
      summary: "does something",
      options,
      async run(_config, values) {
        given.push({ ...values });
        work();
      },
    };
    await runCommand("npm run cli -- something", command, args);
    return { given, printed, exitCode: process.exitCode };
  };

  test("is given its options by name, and nothing for those that were left out", async () => {
    await run(["--email", "ada@example.org", "--force"]);
    await run(["--email=ada@example.org"]);
    expect((await run([])).given).toEqual([
      { email: "ada@example.org", force: true },
      { email: "ada@example.org" },
      {},
    ]);
  });

  test.each([
    [["--email"], "Option '--email <value>' argument missing"],
    [["--email", "--force"], "Option '--email' argument is ambiguous"],
    [["--mail", "x"], "Unknown option '--mail'"],
    [["ada@example.org"], "Unexpected argument 'ada@example.org'"],
  ])("is not run with %j: one line and exit code 2", async (args, fault) => {
    expect(await run(args)).toEqual({
      given: [],
      printed: [`${fault}. Try "npm run cli -- something --help".`],
      exitCode: 2,
    });
  });

  test("tells its options, and is not run for that", async () => {
    expect(await run(["--force", "--help"])).toEqual({
      given: [],
      printed: [
        [
          "Usage: npm run cli -- something [options]",
          "",
          "does something",
          "",
          "  --email <value>     of the account",
          "  --force             without asking",
        ].join("\n"),
      ],
      exitCode: undefined,
    });
  });

  test("ends with 1: in one line for what an operator can mend, with its stack for anything else", async () => {
    const mendable = await run([], () => {
      throw new StartError("Set something.");
    });
    expect(mendable).toMatchObject({ printed: ["Set something."], exitCode: 1 });
    const { printed: lines } = await run([], () => {
      throw Object.assign(new Error("broken"), { detail: "a row with a hash" });
    });
    expect(lines[1]).toMatch(/^Error: broken\n +at /);
    expect(lines.join()).not.toContain("a row with a hash");
  });
});
