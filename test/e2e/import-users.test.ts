import { statSync } from "node:fs";
import { jest } from "@jest/globals";
import { login, PASSWORD, signedUp } from "../support/journeys.js";
import { eventsOf } from "../support/security-log.js";
import { TestApp } from "../support/test-app.js";
import { importUsers, UserFiles } from "../support/user-files.js";

const ID = "0190c6d6-0000-4000-8000-000000000001";

// Each test runs several processes, one after another.
jest.setTimeout(90_000);

describe("import-users", () => {
  let app: TestApp;
  let files: UserFiles;
  beforeEach(async () => {
    app = await TestApp.startDurable();
    files = new UserFiles();
  });
  afterEach(() => files.remove());

  const users = () => app.execute("select * from users order by email");
  const emails = async () => (await users()).map(({ email }) => email);

  test("makes accounts as the file has them, with their ids, which can be looked up like all others", async () => {
    const file = files.write("users.ndjson", [
      { id: ID.toUpperCase(), email: "Ada@Example.org", username: "Ada", name: "Ada L", emailVerified: true },
      { email: "pаypal@example.org", createdAt: "2020-01-02T03:04:05.678Z", status: "DISABLED", gender: "f" },
    ]);
    expect(await importUsers(app, ["--file", file])).toEqual({
      code: 0,
      stdout: "Imported 2 users, 0 lines refused.\n",
      stderr: "",
    });
    const [ada, other] = await users();
    expect(ada).toMatchObject({
      id: ID,
      email: "Ada@Example.org",
      username_normalized: "ada",
      name_normalized: "ada l",
    });
    expect(other).toMatchObject({
      email_normalized: "paypal@example.org",
      status: "DISABLED",
      gender: "f",
      role: "USER",
    });
    expect(new Date(String(other?.created_at)).getTime() || other?.created_at).toBe(
      Date.parse("2020-01-02T03:04:05.678Z"),
    );
    // Nothing has happened to these accounts here.
    expect(await eventsOf(app, ID)).toEqual([]);
  });

  test("an account with its hash logs in; one without any is reset by mail", async () => {
    const { email, userId } = await signedUp(app);
    const [{ password_hash: passwordHash } = {}] = await users();
    await app.execute(`delete from users where id = '${userId}'`);
    const file = files.write("users.ndjson", [{ email, passwordHash }, { email: "without@example.org" }]);
    expect(await importUsers(app, ["--file", file])).toMatchObject({ code: 0 });
    expect((await users())[0]?.password_hash).toBe(passwordHash);
    expect(await login(app, email)).toMatchObject({ __typename: "AuthPayload" });
    expect(await login(app, "without@example.org")).toMatchObject({ code: "INVALID_CREDENTIALS" });
  });

  test("tells each refused line once, with its reason and without its content, and imports the others", async () => {
    await signedUp(app, { email: "taken@example.org", username: "taken" });
    const file = files.write(
      "users.ndjson",
      [
        '{"email":"one@example.org"}',
        "not json",
        '{"email":"two"}',
        '{"email":"TAKEN@example.org"}',
        '{"email":"three@example.org","username":"Taken"}',
        '{"email":"One@Example.org"}',
        `{"email":"four@example.org","passwordHash":"5f4dcc3b5aa765d61d8327deb882cf99"}`,
        `{"email":"five@example.org","id":"${ID}"}`,
        `{"email":"six@example.org","id":"${ID}"}`,
        '{"email":"seven@example.org"}',
      ].join("\n"),
    );
    const args = ["--file", file, "--report"];
    const rehearsed = await importUsers(app, [...args, files.path("rehearsed.ndjson"), "--dry-run"]);
    expect(rehearsed).toMatchObject({
      code: 1,
      stdout: "Nothing was written. It would be 3 users, 7 lines refused.\n",
    });
    expect(await emails()).toEqual(["taken@example.org"]);
    expect(await app.execute("select * from user_imports")).toEqual([]);

    const { code, stdout, stderr } = await importUsers(app, [...args, files.path("refused.ndjson")]);
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "Imported 3 users, 7 lines refused.\n",
      stderr: "",
    });
    expect(await emails()).toEqual([
      "five@example.org",
      "one@example.org",
      "seven@example.org",
      "taken@example.org",
    ]);
    expect(files.read("refused.ndjson")).toEqual([
      { line: 2, reason: "The line is not JSON." },
      { line: 3, field: "email", reason: "This is not an email address." },
      { line: 4, field: "email", reason: "An account with this address already exists." },
      { line: 5, field: "username", reason: "This username is taken." },
      { line: 6, field: "email", reason: "An account with this address already exists." },
      {
        line: 7,
        field: "passwordHash",
        reason: expect.stringMatching(/^The password's hash is refused: not a hash/),
      },
      { line: 9, field: "id", reason: "Another account has this id." },
    ]);
    expect(files.read("rehearsed.ndjson")).toEqual(files.read("refused.ndjson"));
    expect(statSync(files.path("refused.ndjson")).mode & 0o777).toBe(0o600);
  });

  test("without a report the first refused lines are printed, and nothing in them moves the cursor", async () => {
    const lines = Array.from({ length: 30 }, () => ({ email: "a@example.org", "\u001b[2Jx": 1 }));
    const { code, stderr } = await importUsers(app, ["--file", files.write("users.ndjson", lines)]);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toEqual([
      ...Array.from({ length: 20 }, (_, index) => `line ${index + 1}, ?[2Jx: There is no such field.`),
      "More go to a file with --report.",
    ]);
  });

  test("45: a file makes no administrators, unless it is told to keep them", async () => {
    const admin = [{ email: "root@example.org", role: "ADMIN" }];
    expect(await importUsers(app, ["--file", files.write("a.ndjson", admin)])).toMatchObject({ code: 0 });
    expect((await users())[0]?.role).toBe("USER");
    await app.execute("delete from users");
    const kept = await importUsers(app, ["--file", files.path("a.ndjson"), "--keep-roles"]);
    expect(kept).toMatchObject({ code: 0, stdout: "Imported 1 users, 0 lines refused.\n" });
    expect((await users())[0]?.role).toBe("ADMIN");
  });

  test("a file that is done says so and is not imported again, and one that was changed is another", async () => {
    const file = files.write("users.ndjson", [{ email: "a@example.org" }, { email: "b" }]);
    expect((await importUsers(app, ["--file", file])).code).toBe(1);
    await app.execute("delete from users");
    expect(await importUsers(app, ["--file", file])).toEqual({
      code: 1,
      stdout: "Nothing to do: this file was imported before (1 users, 1 lines refused).\n",
      stderr: "",
    });
    files.write("users.ndjson", [{ email: "a@example.org" }, { email: "b@example.org" }]);
    expect(await importUsers(app, ["--file", file])).toMatchObject({ code: 0 });
    expect(await emails()).toEqual(["a@example.org", "b@example.org"]);
  });

  test("reads standard input, which is not gone on with", async () => {
    const input = 'email,name\r\na@example.org,"A, B"\r\n';
    const args = ["--file", "-", "--format", "csv"];
    expect(await importUsers(app, args, input)).toMatchObject({ code: 0 });
    expect((await users())[0]).toMatchObject({ email: "a@example.org", name: "A, B" });
    const again = await importUsers(app, args, input);
    expect(again).toMatchObject({ code: 1, stdout: "Imported 0 users, 1 lines refused.\n" });
    expect(await app.execute("select * from user_imports")).toEqual([]);
  });

  test("whoever signs up meanwhile breaks nothing", async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => ({ email: `p${index}@example.org` }));
    const file = files.write("users.ndjson", lines);
    const importing = importUsers(app, ["--file", file, "--report", files.path("refused.ndjson")]);
    const wanted = Array.from({ length: 60 }, (_, index) => `p${2999 - index * 50}@example.org`);
    const answers = await Promise.all(
      wanted.map((email) =>
        app.graphql(
          `mutation { signup(input: {email: "${email}", password: "${PASSWORD}"}) { __typename } }`,
        ),
      ),
    );
    const signups = answers.filter(({ body }) => body.data?.signup.__typename === "AuthPayload").length;
    const { stdout } = await importing;
    expect(stdout).toBe(
      `Imported ${(3000 - signups).toLocaleString("en-US")} users, ${signups} lines refused.\n`,
    );
    expect(await emails()).toHaveLength(3000);
    expect(files.read("refused.ndjson")).toHaveLength(signups);
  });

  test.each<[readonly string[], number, RegExp]>([
    [[], 2, /^Option '--file' is missing/],
    [
      ["--file", "users.txt"],
      2,
      /^The name of the file does not tell its format: give '--format', one of ndjson/,
    ],
    [["--file", "-"], 2, /^The name of the file does not tell its format/],
    [["--file", "-", "--format", "xml"], 2, /^Option '--format' must be one of ndjson, csv, json/],
    [["--file", "a.csv", "--from", "oracle"], 2, /^Option '--from' must be one of latchkey, firebase/],
    [["--file", "a.json", "--from", "firebase"], 2, /^With '--from firebase' goes '--firebase-config'/],
    [["--file", "/nowhere/a.csv"], 1, /^The file \/nowhere\/a.csv cannot be read \(ENOENT\)/],
  ])("is not run with %j", async (args, code, message) => {
    expect(await importUsers(app, args)).toEqual({
      code,
      stdout: "",
      stderr: expect.stringMatching(message),
    });
  });
});
