import { readImportedHash } from "../../src/modules/password/imported-hash/imported-hash.js";
import { ImportedHashForms } from "../../src/modules/password/imported-hash/imported-hash-forms.js";

const BCRYPT_SALT_AND_KEY = "XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";
const pbkdf2 = (iterations: number, user: number): string =>
  `$pbkdf2-sha256$i=${iterations}$${Buffer.from(`salt of ${user}`).toString("base64url")}$YC9+jJCrQhs5R6db7LlN8Q`;
const bcrypt = (cost: string, user: number): string =>
  `$2b$${cost}$${String(user).padStart(5, ".")}${BCRYPT_SALT_AND_KEY.slice(5)}`;
const users = (count: number): number[] => Array.from({ length: count }, (_, user) => user);

/** A table of stored hashes that counts how often it is asked. */
function storing(hashes: readonly string[]) {
  const sorted = [...hashes].sort();
  const asked: string[] = [];
  const findAfter = async (text: string): Promise<string | null> => {
    asked.push(text);
    return sorted.find((hash) => hash > text) ?? null;
  };
  return { findAfter, asked };
}

async function formsIn(hashes: readonly string[]): Promise<string[]> {
  const forms = await ImportedHashForms.load(storing(hashes).findAfter);
  return forms.specimensBut(undefined).map((text) => {
    const read = readImportedHash(text);
    return "fault" in read ? read.fault : read.form;
  });
}

describe("the forms of imported hashes", () => {
  test("are looked for once each, however many accounts have them", async () => {
    const hashes = users(1000).flatMap((user) => [
      bcrypt("10", user),
      bcrypt("12", user),
      pbkdf2(260_000, user),
    ]);
    expect(await formsIn(hashes)).toEqual(["$2b$10$", "$2b$12$", "$pbkdf2-sha256$i=260000$"]);
    const table = storing(hashes);
    await ImportedHashForms.load(table.findAfter);
    expect(table.asked).toHaveLength(4);
  });

  test("are one look where there are none", async () => {
    const table = storing([]);
    const forms = await ImportedHashForms.load(table.findAfter);
    expect(table.asked).toEqual([""]);
    expect(forms.specimensBut(undefined)).toEqual([]);
  });

  test("are found behind hashes that nobody can read, and behind those beyond the cap", async () => {
    const unreadable = users(1000).map((user) => bcrypt("31", user));
    expect(await formsIn(["", "$", "$argon2i$", "$2b$10$short", ...unreadable, pbkdf2(1000, 1)])).toEqual([
      "$pbkdf2-sha256$i=1000$",
    ]);
  });

  test("are found in the spelling of another program, too", async () => {
    const django = users(1000).map((user) => `pbkdf2_sha256$260000$salt${user}$YC9+jJCrQhs5R6db7LlN8Q`);
    expect(await formsIn([...django, "scrypt$16$salt$8$1$YC9+jJCrQhs5R6db7LlN8Q"])).toEqual([
      "$pbkdf2-sha256$i=260000$",
      "$scrypt$ln=4,r=8,p=1$",
    ]);
  });

  test("are no more than a wrong password can pay for, and an end comes to the looking", async () => {
    expect(await formsIn(users(100).map((user) => pbkdf2(1000 + user, user)))).toHaveLength(16);
    const table = storing(users(1000).map((user) => `rubbish ${user}`));
    await ImportedHashForms.load(table.findAfter);
    expect(table.asked.length).toBeLessThanOrEqual(101);
  });

  test("are noted when they are seen, in one specimen, and not beyond the limit", async () => {
    const forms = await ImportedHashForms.load(async () => null);
    const note = (text: string): void => {
      const read = readImportedHash(text);
      if (!("fault" in read)) forms.note(read);
    };
    note(bcrypt("10", 1));
    note(bcrypt("10", 2));
    expect(forms.specimensBut(undefined)).toEqual([bcrypt("10", 1)]);
    expect(forms.specimensBut("$2b$10$")).toEqual([]);
    for (const user of users(100)) note(pbkdf2(1000 + user, user));
    expect(forms.specimensBut(undefined)).toHaveLength(16);
  });
});
