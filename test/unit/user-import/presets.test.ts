import "reflect-metadata";
import { firebaseHash, readFirebaseProject } from "../../../src/modules/password/imported-hash/firebase.js";
import { PLAIN_LINE } from "../../../src/modules/user-import/user-line.js";
import { BCRYPT, faultOf, ID, read } from "../../support/preset-reading.js";

describe("a line of another system", () => {
  test("Firebase", () => {
    const project = readFirebaseProject({
      signerKey: Buffer.alloc(64, 7).toString("base64"),
      saltSeparator: "Bw==",
      rounds: 8,
      memoryCost: 14,
    });
    if ("fault" in project) throw new Error(project.fault);
    const hashed = { passwordHash: Buffer.alloc(64, 1).toString("base64"), salt: "c2FsdHNhbHQ=" };
    const user = {
      localId: "xyz",
      email: "a@b.c",
      emailVerified: true,
      displayName: "Ada",
      photoUrl: "https://a.b/c",
    };
    const rest = {
      phoneNumber: "+4930123",
      disabled: true,
      createdAt: "1714979289123",
      lastSignedInAt: "1714979289456",
    };
    const stored = firebaseHash({ hash: hashed.passwordHash, salt: hashed.salt, project });
    const line = read({ from: "firebase", project }, { ...user, ...rest, ...hashed, providerUserInfo: [] });
    expect(line).toEqual({
      ...PLAIN_LINE,
      id: "xyz",
      email: "a@b.c",
      emailVerified: true,
      name: "Ada",
      picture: "https://a.b/c",
      phoneNumber: "+4930123",
      isDisabled: true,
      passwordHash: "hash" in stored ? stored.hash : null,
      createdAt: new Date(1714979289123),
      lastLoginAt: new Date(1714979289456),
    });
    expect(
      read({ from: "firebase", project }, { email: "a@b.c", passwordHash: "", salt: "" }).passwordHash,
    ).toBeNull();
    expect(faultOf({ from: "firebase", project }, { passwordHash: "YQ==", salt: "YQ==" })?.field).toBe(
      "passwordHash",
    );
  });

  test("Supabase", () => {
    const user = {
      id: ID,
      email: "a@b.c",
      role: "authenticated",
      encrypted_password: BCRYPT,
      phone: "4930123",
    };
    const times = {
      email_confirmed_at: "2024-05-06 07:08:09.123456+00",
      created_at: "2024-05-06 07:08:09+00",
    };
    const person = { raw_user_meta_data: '{"full_name":"Ada","avatar_url":"https://a.b/c"}' };
    const from = { from: "supabase" } as const;
    expect(read(from, { ...user, ...times, ...person, banned_until: "2026-01-03 00:00:00+00" })).toEqual({
      ...PLAIN_LINE,
      id: ID,
      email: "a@b.c",
      emailVerified: true,
      name: "Ada",
      picture: "https://a.b/c",
      phoneNumber: "+4930123",
      isDisabled: true,
      passwordHash: BCRYPT,
      createdAt: new Date("2024-05-06T07:08:09Z"),
    });
    const past = {
      raw_user_meta_data: { name: "Ada" },
      banned_until: "2026-01-01T00:00:00Z",
      encrypted_password: "",
    };
    expect(read(from, past)).toEqual({ ...PLAIN_LINE, name: "Ada" });
    expect(read(from, { is_super_admin: "t" }).isAdmin).toBe(true);
    expect(faultOf(from, { ...user, deleted_at: "2024-05-06 07:08:09+00" })?.field).toBe("deleted_at");
    expect(faultOf(from, { ...user, raw_user_meta_data: "{" })?.field).toBe("raw_user_meta_data");
  });

  test("Auth0", () => {
    const from = { from: "auth0" } as const;
    const user = {
      user_id: "auth0|5f7c",
      email: "a@b.c",
      email_verified: true,
      name: "a@b.c",
      nickname: "a",
    };
    const rest = {
      given_name: "Ada",
      family_name: "Lovelace",
      picture: "https://a.b/c",
      username: "ada",
      blocked: true,
    };
    const times = { created_at: "2024-05-06T07:08:09.000Z", last_login: "2024-05-07T07:08:09.000Z" };
    expect(read(from, { ...user, ...rest, ...times, passwordHash: BCRYPT })).toEqual({
      ...PLAIN_LINE,
      id: "auth0|5f7c",
      email: "a@b.c",
      emailVerified: true,
      username: "ada",
      name: "Ada Lovelace",
      picture: "https://a.b/c",
      isDisabled: true,
      passwordHash: BCRYPT,
      createdAt: new Date(times.created_at),
      lastLoginAt: new Date(times.last_login),
    });
    expect(read(from, user).name).toBe("a");
    expect(read(from, { ...user, name: "Ada" }).name).toBe("Ada");
    const custom = { algorithm: "bcrypt", hash: { value: BCRYPT } };
    expect(read(from, { custom_password_hash: custom }).passwordHash).toBe(BCRYPT);
    expect(faultOf(from, { custom_password_hash: { algorithm: "md5", hash: { value: "x" } } })?.field).toBe(
      "custom_password_hash",
    );
    const mongo = { created_at: { $date: "2024-05-06T07:08:09.000Z" }, password_hash: BCRYPT };
    expect(read(from, mongo)).toMatchObject({
      createdAt: new Date("2024-05-06T07:08:09Z"),
      passwordHash: BCRYPT,
    });
  });

  test("Django", () => {
    const from = { from: "django" } as const;
    const user = {
      id: "1",
      username: "ada",
      email: "a@b.c",
      first_name: "Ada",
      last_name: "Lovelace",
      password: BCRYPT,
    };
    const flags = {
      is_active: "f",
      is_staff: "t",
      is_superuser: "f",
      date_joined: "2024-05-06 07:08:09+00",
      last_login: "",
    };
    const line = {
      ...PLAIN_LINE,
      email: "a@b.c",
      username: "ada",
      name: "Ada Lovelace",
      isDisabled: true,
      passwordHash: BCRYPT,
      createdAt: new Date("2024-05-06T07:08:09Z"),
    };
    expect(read(from, { ...user, ...flags })).toEqual(line);
    expect(read(from, { model: "auth.user", pk: 1, fields: { ...user, ...flags } })).toEqual(line);
    expect(read(from, { is_superuser: true }).isAdmin).toBe(true);
    expect(read(from, { email: "A@b.c", username: "a@B.c" }).username).toBeNull();
    expect(read(from, { password: "!qLsgRmPDFzCdOMKmAsGO" }).passwordHash).toBeNull();
    expect(faultOf(from, { password: "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99" })?.field).toBe("password");
  });

  test("better-auth", () => {
    const from = { from: "better-auth" } as const;
    const password = `${"0a".repeat(16)}:${"b1".repeat(64)}`;
    const user = {
      id: "kJ2",
      email: "a@b.c",
      emailVerified: "t",
      name: "Ada",
      image: "https://a.b/c",
      password,
    };
    const rest = {
      username: "ada",
      displayUsername: "Ada",
      phoneNumber: "+4930123",
      role: "user,admin",
      createdAt: 1714979289123,
    };
    expect(read(from, { ...user, ...rest, banned: true, banExpires: null })).toEqual({
      ...PLAIN_LINE,
      id: "kJ2",
      email: "a@b.c",
      emailVerified: true,
      username: "Ada",
      name: "Ada",
      picture: "https://a.b/c",
      phoneNumber: "+4930123",
      isAdmin: true,
      isDisabled: true,
      passwordHash: expect.stringMatching(/^\$scrypt\$ln=14,r=16,p=1\$/),
      createdAt: new Date(1714979289123),
    });
    expect(read(from, { banned: true, banExpires: "2026-01-01 00:00:00" }).isDisabled).toBe(false);
    expect(read(from, { username: "ada", displayUsername: "Countess" }).username).toBe("ada");
    expect(read(from, { username: "ada", role: "user" })).toEqual({ ...PLAIN_LINE, username: "ada" });
  });
});
