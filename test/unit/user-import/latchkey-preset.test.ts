import "reflect-metadata";
import type { Fields } from "../../../src/modules/user-import/file-records.js";
import type { Origin } from "../../../src/modules/user-import/presets/preset.js";
import { PLAIN_LINE } from "../../../src/modules/user-import/user-line.js";
import { BCRYPT, faultOf, ID, read } from "../../support/preset-reading.js";

const ARGON2 = { memoryKib: 19_456, iterations: 2, parallelism: 1 };

describe("a line of our own", () => {
  const own: Origin = { from: "latchkey", argon2: ARGON2 };
  const hashOf = (memoryKib: number) =>
    `$argon2id$v=19$m=${memoryKib},t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b0dWRWJTmaaJObGFMItJCOGGKs`;

  test("has all that an account has", () => {
    const texts = {
      username: "ada",
      name: "",
      picture: "https://a.b/c",
      phoneNumber: "+1 23",
      gender: "",
      locale: "de",
    };
    const line = { id: ID, email: "a@b.c", emailVerified: true, ...texts, role: "ADMIN", status: "DISABLED" };
    const times = { createdAt: "2024-05-06T07:08:09.123Z", lastLoginAt: "2024-05-07T00:00:00Z" };
    expect(read(own, { ...line, ...times, passwordHash: BCRYPT })).toEqual({
      id: ID,
      email: "a@b.c",
      emailVerified: true,
      ...texts,
      isAdmin: true,
      isDisabled: true,
      passwordHash: BCRYPT,
      createdAt: new Date(times.createdAt),
      lastLoginAt: new Date(times.lastLoginAt),
    });
    expect(read(own, { email: "a@b.c" })).toEqual({ ...PLAIN_LINE, email: "a@b.c" });
  });

  test("10: a hash stays ours where it costs no more than ours do", () => {
    expect(read(own, { passwordHash: hashOf(19_456) }).passwordHash).toBe(hashOf(19_456));
    expect(read(own, { passwordHash: hashOf(64) }).passwordHash).toBe(hashOf(64));
    expect(read(own, { passwordHash: hashOf(19_457) }).passwordHash).toBe(`argon2${hashOf(19_457)}`);
  });

  test.each<[Fields, string]>([
    [{ emial: "a@b.c" }, "emial"],
    [{ "\u009b2J\u202elia\u{1f600}": "a@b.c" }, "?2J?lia??"],
    [{ ["x".repeat(41)]: "a@b.c" }, "x".repeat(40)],
    [{ role: "admin" }, "role"],
    [{ status: "BANNED" }, "status"],
    [{ emailVerified: "yes" }, "emailVerified"],
    [{ username: 7 }, "username"],
    [{ createdAt: 1714979289 }, "createdAt"],
    [{ passwordHash: "secret" }, "passwordHash"],
    [{ passwordHash: "5f4dcc3b5aa765d61d8327deb882cf99" }, "passwordHash"],
    [{ passwordHash: BCRYPT.replace("$10$", "$31$") }, "passwordHash"],
  ])("is refused for %j, and its hash is not repeated", (fields, field) => {
    const fault = faultOf(own, fields);
    expect(fault?.field).toBe(field);
    if (field === "passwordHash") expect(JSON.stringify(fault)).not.toContain(String(fields.passwordHash));
  });
});
