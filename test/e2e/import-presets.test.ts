import { pbkdf2Sync, scryptSync } from "node:crypto";
import { hashSync } from "bcryptjs";
import { login } from "../support/journeys.js";
import { TestApp } from "../support/test-app.js";
import { importUsers, UserFiles } from "../support/user-files.js";

const PATIENCE_MS = 60_000;
const PASSWORD = "correct horse battery staple";
const BCRYPT = hashSync(PASSWORD, 4);
const EMAIL = "ada@example.org";

/** The example of github.com/firebase/scrypt. */
const FIREBASE = {
  password: "user1password",
  config: {
    algorithm: "SCRYPT",
    base64_signer_key:
      "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
    base64_salt_separator: "Bw==",
    rounds: 8,
    mem_cost: 14,
  },
  user: {
    localId: "uid1",
    email: EMAIL,
    emailVerified: true,
    passwordHash: "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
    salt: "42xEC+ixf3L2lw==",
    createdAt: "1714979289123",
    providerUserInfo: [],
  },
};

/** As django.contrib.auth.hashers has it. */
const djangoHash = (): string => {
  const [iterations, salt] = [1000, "qLsgRmPDFzCdOMKmAsGOaB"];
  const key = pbkdf2Sync(PASSWORD, salt, iterations, 32, "sha256").toString("base64");
  return `pbkdf2_sha256$${iterations}$${salt}$${key}`;
};

/** As better-auth's crypto/password has it: the salt is the hexadecimal text. */
const betterAuthHash = (): string => {
  const salt = "0123456789abcdef0123456789abcdef";
  const key = scryptSync(PASSWORD, salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 });
  return `${salt}:${key.toString("hex")}`;
};

interface Export {
  readonly from: string;
  readonly file: string;
  readonly content: string;
  readonly password?: string;
}

const EXPORTS: readonly Export[] = [
  {
    from: "firebase",
    file: "users.json",
    content: JSON.stringify({ users: [FIREBASE.user] }, null, 2),
    password: FIREBASE.password,
  },
  {
    from: "supabase",
    file: "users.csv",
    content: [
      "instance_id,id,aud,role,email,encrypted_password,email_confirmed_at,raw_user_meta_data,created_at,banned_until",
      `,0190c6d6-0000-4000-8000-000000000001,authenticated,authenticated,${EMAIL},${BCRYPT},2024-05-06 07:08:09.1+00,"{""name"": ""Ada""}",2024-05-06 07:08:09.123456+00,`,
    ].join("\n"),
  },
  {
    from: "auth0",
    file: "users.ndjson",
    content: JSON.stringify({
      _id: { $oid: "60425dc43519d90068f82973" },
      email: EMAIL,
      email_verified: true,
      passwordHash: BCRYPT.replace("$2b$", "$2a$"),
      tenant: "dev",
      connection: "Username-Password-Authentication",
      _tmp_is_unique: true,
    }),
  },
  {
    from: "django",
    file: "users.json",
    content: JSON.stringify([
      {
        model: "auth.user",
        pk: 1,
        fields: {
          password: djangoHash(),
          is_superuser: true,
          username: "ada",
          email: EMAIL,
          is_active: true,
        },
      },
    ]),
  },
  {
    from: "better-auth",
    file: "users.csv",
    content: `id,name,email,emailVerified,image,createdAt,password\nkJ2x,Ada,${EMAIL},t,,2024-05-06 07:08:09,${betterAuthHash()}\n`,
  },
];

describe("import-users --from", () => {
  let files: UserFiles;
  beforeEach(() => {
    files = new UserFiles();
  });
  afterEach(() => files.remove());

  test.each(EXPORTS)(
    "8: $from: who could log in there logs in here, as a user, and no one else",
    async ({ from, file, content, password = PASSWORD }) => {
      const app = await TestApp.startDurable();
      const config = files.write("hash-config.json", JSON.stringify(FIREBASE.config));
      const ofFirebase = from === "firebase" ? ["--firebase-config", config] : [];
      const imported = await importUsers(app, [
        "--from",
        from,
        "--file",
        files.write(file, content),
        ...ofFirebase,
      ]);
      expect(imported).toEqual({ code: 0, stdout: "Imported 1 users, 0 lines refused.\n", stderr: "" });
      expect(await login(app, EMAIL, `${password}!`)).toMatchObject({ code: "INVALID_CREDENTIALS" });
      expect(await login(app, EMAIL, password)).toMatchObject({
        __typename: "AuthPayload",
        user: { role: "USER" },
      });
      const [user] = await app.execute("select password_hash from users");
      expect(user?.password_hash).toMatch(/^\$argon2id\$/);
    },
    PATIENCE_MS,
  );

  test(
    "firebase: with other parameters the same file is another import",
    async () => {
      const app = await TestApp.startDurable();
      const file = files.write("users.json", JSON.stringify({ users: [FIREBASE.user] }));
      const importWith = (config: object) => {
        const path = files.write("config.json", JSON.stringify(config));
        return importUsers(app, ["--from", "firebase", "--file", file, "--firebase-config", path]);
      };
      expect((await importWith(FIREBASE.config)).stdout).toBe("Imported 1 users, 0 lines refused.\n");
      expect((await importWith(FIREBASE.config)).stdout).toContain("Nothing to do");
      for (const other of [{ rounds: 7 }, { mem_cost: 13 }, { base64_salt_separator: "CA==" }]) {
        const { stdout } = await importWith({ ...FIREBASE.config, ...other });
        expect(stdout).toBe("Imported 0 users, 1 lines refused.\n");
      }
    },
    PATIENCE_MS,
  );

  test(
    "firebase: parameters that cannot be right are told, and not repeated",
    async () => {
      const app = await TestApp.startDurable();
      const file = files.write("users.json", JSON.stringify({ users: [FIREBASE.user] }));
      for (const config of [
        { ...FIREBASE.config, mem_cost: 40 },
        { ...FIREBASE.config, base64_signer_key: "c2hvcnQ=" },
      ]) {
        const path = files.write("config.json", JSON.stringify(config));
        const refused = await importUsers(app, [
          "--from",
          "firebase",
          "--file",
          file,
          "--firebase-config",
          path,
        ]);
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        expect(refused.stderr).toMatch(/^The file \S+config\.json: /);
        expect(refused.stderr).not.toContain(config.base64_signer_key);
      }
    },
    PATIENCE_MS,
  );

  test("firebase: a file that holds no parameters is told, without a stack", async () => {
    const app = await TestApp.startDurable();
    const file = files.write("users.json", JSON.stringify({ users: [FIREBASE.user] }));
    const config = files.write("config.json", "null");
    const args = ["--from", "firebase", "--file", file, "--firebase-config", config];
    const { code, stderr } = await importUsers(app, args);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^The file \S+config\.json: [^\n]+\n$/),
    });
  });
});
