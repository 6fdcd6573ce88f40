import { once } from "node:events";
import { startCli } from "../support/cli-process.js";
import { eventually } from "../support/eventually.js";
import { TestApp } from "../support/test-app.js";
import { commandEnvironment, importUsers, UserFiles } from "../support/user-files.js";

const PATIENCE_MS = 120_000;
const LINES = 12_000;

/** Every seventh is refused, as it is read or by the database. */
const fileOf = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    if (index % 7 !== 3) return { email: `p${index}@example.org` };
    return { email: index % 2 === 0 ? `p${index}` : `P${index - 1}@example.org` };
  });
const refusedLines = Array.from({ length: LINES }, (_, index) => index + 1).filter(
  (line) => (line - 1) % 7 === 3,
);

describe("an import that is broken off", () => {
  let app: TestApp;
  let files: UserFiles;
  beforeEach(async () => {
    app = await TestApp.startDurable();
    files = new UserFiles();
  });
  afterEach(() => files.remove());

  const ask = async (sql: string): Promise<number> => Number((await app.execute(sql))[0]?.n);
  const countUsers = () => ask("select count(*) as n from users");
  const linesDone = () => ask("select coalesce(max(lines), 0) as n from user_imports");

  test(
    "48: goes on after kill -9 wherever it was: in the end everybody is in once, and every refused line in the report once",
    async () => {
      const file = files.write("users.ndjson", fileOf(LINES));
      const args = ["--file", file, "--report", files.path("refused.ndjson")];
      for (const share of [0, 0.2, 0.45, 0.7]) {
        const child = startCli(["import-users", ...args], commandEnvironment(app));
        const killAt = LINES * (share + 0.2 * Math.random());
        await eventually(async () => (await linesDone()) > killAt || child.exitCode !== null || undefined);
        child.kill("SIGKILL");
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }
      const done = await linesDone();
      expect(done).toBeGreaterThan(LINES * 0.7);
      const last = await importUsers(app, args);
      expect(last.code).toBe(1);
      if (done < LINES) expect(last.stderr).toMatch(/^Going on after [\d,]+ lines/);
      expect(await countUsers()).toBe(LINES - refusedLines.length);
      expect(files.read("refused.ndjson").map(({ line }) => line)).toEqual(refusedLines);
    },
    PATIENCE_MS,
  );

  test(
    "of two at once on one file one stops, and nothing is done twice",
    async () => {
      const file = files.write("users.ndjson", fileOf(4000));
      const outcomes = await Promise.all([1, 2].map(() => importUsers(app, ["--file", file])));
      const stopped = outcomes.filter(({ stderr }) =>
        stderr.includes("Another process is importing this file."),
      );
      const done = outcomes.filter(({ stdout }) => stdout.includes("3,429 users, 571 lines refused"));
      expect(stopped.length + done.length).toBe(2);
      expect(done.length).toBeGreaterThanOrEqual(1);
      const again = await importUsers(app, ["--file", file]);
      expect(again.stdout).toBe(
        "Nothing to do: this file was imported before (3,429 users, 571 lines refused).\n",
      );
      expect(await countUsers()).toBe(3429);
    },
    PATIENCE_MS,
  );
});
