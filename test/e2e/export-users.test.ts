import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { CLI, runCli } from "../support/cli-process.js";
import { login, newEmail, signedUp } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";
import { commandEnvironment, importUsers, UserFiles } from "../support/user-files.js";

const PATIENCE_MS = 60_000;

describe("export-users", () => {
  let files: UserFiles;
  beforeEach(() => {
    files = new UserFiles();
  });
  afterEach(() => files.remove());

  const exportUsers = (app: TestApp, ...args: string[]) =>
    runCli(["export-users", ...args], { environment: commandEnvironment(app) });

  test(
    "what was exported and imported elsewhere is exported the same there, and people log in",
    async () => {
      const [here, there] = [await TestApp.startDurable(), await TestApp.startDurable()];
      const { email, accessToken } = await signedUp(here, { username: "Ada", name: "Ada ﷺ 🔑" });
      const input = { picture: "https://a.b/c", phoneNumber: "+49 30 1234", gender: "", locale: "pt-BR" };
      const update = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { __typename } }";
      await here.graphql(update, { token: accessToken, variables: { input } });
      for (let index = 0; index < 3; index++) await signedUp(here);
      await here.execute(`update users set role = 'ADMIN', status = 'DISABLED' where email <> '${email}'`);
      const lines = Array.from({ length: 2100 }, () => ({ email: newEmail() }));
      await importUsers(here, ["--file", files.write("more.ndjson", lines)]);

      const [first, second] = [files.path("first.ndjson"), files.path("second.ndjson")];
      expect(await exportUsers(here, "--file", first, "--with-password-hashes")).toEqual({
        code: 0,
        stdout: "Exported 2,104 users.\n",
        stderr: "",
      });
      expect(await importUsers(there, ["--file", first, "--keep-roles"])).toMatchObject({ code: 0 });
      await exportUsers(there, "--file", second, "--with-password-hashes");
      expect(readFileSync(second, "utf8")).toBe(readFileSync(first, "utf8"));
      expect(files.read("second.ndjson")).toHaveLength(2104);
      expect((await login(there, email)).user).toMatchObject({ email, username: "Ada", name: "Ada ﷺ 🔑" });
    },
    PATIENCE_MS,
  );

  test(
    "17: hashes are in it only when they are asked for; the file is its owner's",
    async () => {
      const app = await TestApp.startDurable();
      const { email, userId } = await signedUp(app);
      const { stdout, stderr } = await exportUsers(app);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual({
        id: userId,
        email,
        emailVerified: false,
        role: "USER",
        status: "ACTIVE",
        createdAt: expect.stringMatching(/Z$/),
        lastLoginAt: expect.stringMatching(/Z$/),
      });
      await exportUsers(app, "--file", files.path("users.ndjson"), "--with-password-hashes");
      expect(files.read("users.ndjson")[0]?.passwordHash).toMatch(/^\$argon2id\$/);
      expect(statSync(files.path("users.ndjson")).mode & 0o777).toBe(0o600);
    },
    PATIENCE_MS,
  );

  test(
    "ends in peace when nobody reads on",
    async () => {
      const app = await TestApp.startDurable();
      const lines = Array.from({ length: 3000 }, () => ({ email: newEmail() }));
      await importUsers(app, ["--file", files.write("users.ndjson", lines)]);
      const shell = `"$@" export-users | head -n 1`;
      const { stdout, stderr } = await promisify(execFile)(
        "bash",
        ["--norc", "-o", "pipefail", "-c", shell, "bash", process.execPath, CLI],
        { env: { PATH: process.env.PATH, ...commandEnvironment(app) } },
      );
      expect(stdout.split("\n")).toHaveLength(2);
      expect(stderr).toBe("");
    },
    PATIENCE_MS,
  );

  test(
    "writes over nothing, and leaves no part of a file",
    async () => {
      const app = await TestApp.startDurable();
      writeFileSync(files.path("there.ndjson"), "dear");
      const refused = await exportUsers(app, "--file", files.path("there.ndjson"));
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/is there already/) });
      expect(readFileSync(files.path("there.ndjson"), "utf8")).toBe("dear");
      expect((await exportUsers(app, "--file", files.path("none/x.ndjson"))).stderr).toMatch(/\(ENOENT\)/);
      expect(readdirSync(dirname(files.path("x")))).toEqual(["there.ndjson"]);
    },
    PATIENCE_MS,
  );

  test(
    "takes no part of another export away, which would give its name to half a file",
    async () => {
      const app = await TestApp.startDurable();
      writeFileSync(files.path("users.ndjson.part"), "half");
      const refused = await exportUsers(app, "--file", files.path("users.ndjson"));
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/users\.ndjson\.part is there already: another export/);
      expect(readFileSync(files.path("users.ndjson.part"), "utf8")).toBe("half");
      expect(readdirSync(dirname(files.path("x")))).toEqual(["users.ndjson.part"]);
    },
    PATIENCE_MS,
  );
});
