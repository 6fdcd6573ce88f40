import "reflect-metadata";
import { LineFault } from "../../../src/modules/user-import/line-fault.js";
import { PLAIN_LINE, toUser, type UserLine } from "../../../src/modules/user-import/user-line.js";

const NOW = new Date("2026-01-02T03:04:05.678Z");
const ID = "0190C6D6-0000-4000-8000-000000000001";

const make = (line: Partial<UserLine>, keepRoles = false) =>
  toUser({ ...PLAIN_LINE, email: "Ada@Example.org", ...line }, { keepRoles, now: NOW });

function faultOf(line: Partial<UserLine>) {
  try {
    make(line);
  } catch (error) {
    if (error instanceof LineFault) return [error.field, error.reason];
    throw error;
  }
  return null;
}

describe("a line of an import", () => {
  test("makes an account by the rules of a signup, with all its keys", () => {
    const user = make({ username: "Ada.L", name: "Ada ＬＯＶＥ", locale: "de" });
    expect(user).toMatchObject({
      email: "Ada@Example.org",
      emailNormalized: "ada@example.org",
      usernameNormalized: "ada.l",
      nameNormalized: "ada love",
      locale: "de",
      emailVerified: false,
      role: "USER",
      status: "ACTIVE",
      passwordHash: null,
      createdAt: NOW,
      updatedAt: NOW,
      lastLoginAt: null,
    });
  });

  test("keeps an id that is a UUID, in lower case, and no other", () => {
    expect(make({ id: ID }).id).toBe(ID.toLowerCase());
    for (const id of ["auth0|5f7c", "42", "", `${ID} `, "../../etc"]) {
      expect(make({ id }).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
  });

  test("45: makes an administrator only where roles are to be kept", () => {
    expect(make({ isAdmin: true }).role).toBe("USER");
    expect(make({ isAdmin: true }, true).role).toBe("ADMIN");
    expect(make({}, true).role).toBe("USER");
    expect(make({ isDisabled: true }).status).toBe("DISABLED");
  });

  test.each<[Partial<UserLine>, string, RegExp]>([
    [{ email: null }, "email", /no email address/],
    [{ email: " " }, "email", /no email address/],
    [{ email: "ada" }, "email", /not an email address/],
    [{ email: "a@b.c\ud800" }, "email", /not an email address/],
    [{ username: "a@b" }, "username", /Use letters, digits/],
    [{ username: "ab" }, "username", /at least 3/],
    [{ name: "a\u0000b" }, "name", /control or invalid/],
    [{ name: "x".repeat(201) }, "name", /at most 200/],
    [{ picture: "javascript:alert(1)" }, "picture", /Use a URL/],
    [{ phoneNumber: "call me" }, "phoneNumber", /telephone number/],
    [{ locale: "not a locale" }, "locale", /language tag/],
    [{ gender: "\ud800" }, "gender", /control or invalid/],
    [{ createdAt: new Date(NOW.getTime() * 1000) }, "createdAt", /yet to come/],
    [{ lastLoginAt: new Date(-1) }, "lastLoginAt", /before 1970/],
  ])("is refused for %j", (line, field, reason) => {
    expect(faultOf(line)).toEqual([field, expect.stringMatching(reason)]);
  });

  test("clocks may differ by a day", () => {
    expect(faultOf({ createdAt: new Date(NOW.getTime() + 3_600_000) })).toBeNull();
  });
});
