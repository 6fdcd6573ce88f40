import { fastEngine, portableEngine } from "../../src/modules/password/argon2-engine.js";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import {
  type FirebaseProject,
  type FirebaseProjectInput,
  firebaseHash,
  readFirebaseProject,
} from "../../src/modules/password/imported-hash/firebase.js";
import type { ImportedHash } from "../../src/modules/password/imported-hash/hash-form.js";
import {
  readImportedHash,
  readPasswordHash,
} from "../../src/modules/password/imported-hash/imported-hash.js";
import { ImportedHashForms } from "../../src/modules/password/imported-hash/imported-hash-forms.js";
import { PasswordHasher } from "../../src/modules/password/password-hasher.js";
import { FIREBASE, IMPORTED_HASHES } from "../support/imported-hashes.js";

const BCRYPT_KEY = "XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";
const [SALT, KEY] = ["c2FsdHNhbHQ", "YC9+jJCrQhs5R6db7LlN8Q"];

function read(text: string): ImportedHash {
  const result = readImportedHash(text);
  if ("fault" in result) throw new Error(result.fault);
  return result;
}

function faultOf(text: string): string | null {
  const result = readPasswordHash(text);
  return "fault" in result ? result.fault : null;
}

describe("the hashes of other systems", () => {
  test.each(IMPORTED_HASHES)("8: $name is read and matches its password only", async (vector) => {
    const { exported, password, form, hashed = password } = vector;
    const hash = read(exported);
    expect(hash.form).toBe(form);
    expect(hash.text.startsWith(form)).toBe(true);
    for (const engine of await Promise.all([fastEngine(), portableEngine()])) {
      expect(await hash.matches(hashed, engine)).toBe(true);
      expect(await hash.matches(`x${hashed}`, engine)).toBe(false);
    }
  });

  test.each(IMPORTED_HASHES)("8: $name is stored in a form that reads as itself", ({ exported }) => {
    const { text, form } = read(exported);
    expect(read(text)).toMatchObject({ text, form });
    expect(readPasswordHash(` ${exported}\n`)).toEqual({ hash: text });
  });

  test("a PBKDF2 key that is longer than its digest takes no more work than one that is not", () => {
    const [salt, block] = ["TmFDbA", "TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y"];
    const longer = Buffer.concat([Buffer.from(block, "base64"), Buffer.alloc(32)]).toString("base64");
    expect(read(`$pbkdf2-sha256$i=80000$${salt}$${longer}`).text).toBe(
      `$pbkdf2-sha256$i=80000$${salt}$${block}`,
    );
  });

  test("bcrypt's salt may have any last bits: they mean nothing", async () => {
    const hash = read("$2a$05$XXXXXXXXXXXXXXXXXXXXXPAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a");
    expect(await hash.matches("U*U*U", await fastEngine())).toBe(true);
  });

  test("bcrypt's repetition of the password with a NUL between does not match", async () => {
    const engine = await fastEngine();
    const hash = read("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
    expect(await hash.matches("U*U", engine)).toBe(true);
    expect(await hash.matches("U*U\0U*U", engine)).toBe(false);
  });

  test.each([
    ["bcrypt", `$2b$31$${BCRYPT_KEY}`, "cost 31 is more than 15"],
    ["Django's bcrypt", `bcrypt_sha256$$2b$16$${BCRYPT_KEY}`, "cost 16 is more than 15"],
    [
      "argon2's memory",
      `$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${KEY}`,
      "memory in KiB, m = 262145 is more",
    ],
    [
      "argon2's work",
      `$argon2i$v=19$m=64,t=32769,p=1$${SALT}$${KEY}`,
      "m * t = 2097216 is more than 2097152",
    ],
    ["argon2's lanes", `$argon2d$v=19$m=4096,t=1,p=17$${SALT}$${KEY}`, "parallelism, p = 17 is more than 16"],
    ["PBKDF2-SHA-1", `pbkdf2_sha1$5000001$salt$${KEY}`, "iterations 5000001 is more than 5000000"],
    ["PBKDF2-SHA-256", `pbkdf2_sha256$5000001$salt$${KEY}`, "iterations 5000001 is more than 5000000"],
    ["PBKDF2-SHA-512", `$pbkdf2-sha512$2000001$${SALT}$${KEY}`, "iterations 2000001 is more than 2000000"],
    ["scrypt's N", `$scrypt$ln=21,r=1,p=1$${SALT}$${KEY}`, "the logarithm of N, 21 is more than 20"],
    ["scrypt's memory", `$scrypt$ln=18,r=9,p=1$${SALT}$${KEY}`, "128 * r * (N + p) = 288 is more than 256"],
    [
      "scrypt's lanes",
      `$scrypt$ln=1,r=1048576,p=4$${SALT}$${KEY}`,
      "128 * r * (N + p) = 768 is more than 256",
    ],
    [
      "scrypt's work",
      `$scrypt$ln=17,r=8,p=9$${SALT}$${KEY}`,
      "memory times p, in MiB, 1152 is more than 1024",
    ],
    [
      "Firebase's",
      `$firebase-scrypt$ln=14,r=200,p=1$${SALT}$${KEY}`,
      "128 * r * (N + p) = 400 is more than 256",
    ],
  ])("8: a cost beyond the cap is refused in clear words: %s", (_what, text, words) => {
    expect(faultOf(text)).toContain(words);
  });

  test.each([
    ["bcrypt", `$2b$15$${BCRYPT_KEY}`],
    ["argon2", `$argon2id$v=19$m=262144,t=8,p=16$${SALT}$${KEY}`],
    ["PBKDF2", `pbkdf2_sha256$5000000$salt$${KEY}`],
    ["scrypt", `$scrypt$ln=18,r=8,p=4$${SALT}$${KEY}`],
  ])("8: a cost at the cap is taken: %s", (_what, text) => {
    expect(faultOf(text)).toBeNull();
  });

  test.each([
    ["", "there is no hash"],
    ["!XYZ", "no usable password"],
    ["5f4dcc3b5aa765d61d8327deb882cf99", "not a hash that is known here"],
    ["md5$salt$3f86d0d3d465b7b458c231bf3555c0e3", "not a hash that is known here"],
    [`$2x$05$${BCRYPT_KEY}`, "not a hash that is known here"],
    ["$2b$10$tooshort", "not a complete bcrypt hash"],
    [`$2b$03$${BCRYPT_KEY}`, "cost 3 is less than 4"],
    ["$argon2id$", "not a complete argon2 hash"],
    [`$argon2id$v=19$m=8,t=1,p=2$${SALT}$${KEY}`, "not a complete argon2 hash"],
    [`$argon2id$v=19$m=8,t=1,p=1,data=1$${SALT}$${KEY}`, "not a complete argon2 hash"],
    [`$argon2id$v=20$m=8,t=1,p=1$${SALT}$${KEY}`, "there is no argon2 version 20"],
    [`$argon2id$v=19$m=8,t=1,p=1$c2FsdA$${KEY}`, "the salt has 4 bytes, not 8 to 48"],
    [`$argon2id$v=19$m=8,t=1,p=1$${SALT}$c2hvcnQ`, "has 5 bytes, less than 16"],
    ["pbkdf2_sha256$1000$salt$", "not a complete PBKDF2 hash"],
    ["pbkdf2_sha256$1000$salt$c2hvcnQ=", "has 5 bytes, less than 16"],
    [`pbkdf2_sha256$0$salt$${KEY}`, "not a complete PBKDF2 hash"],
    [`pbkdf2_sha256$1e3$salt$${KEY}`, "not a complete PBKDF2 hash"],
    [`scrypt$1000$salt$8$1$${KEY}`, "not a complete scrypt hash"],
    [`$scrypt$ln=10,r=8$${SALT}$${KEY}`, "not a complete scrypt hash"],
    [`$scrypt$ln=10,r=8,p=1$${SALT}$not*base64`, "not a complete scrypt hash"],
    [`$firebase-scrypt$ln=10,r=8$${SALT}$${KEY}`, "not a complete Firebase hash"],
    [`$scrypt$ln=10,r=8,p=1$${SALT}$${"A".repeat(4000)}`, "not a hash that is known here"],
  ])("8: %j is refused in clear words, which do not repeat it", (text, words) => {
    expect(faultOf(text)).toContain(words);
    if (text.length > 20) expect(faultOf(text)).not.toContain(text.slice(-16));
  });
});

describe("Firebase's parameters", () => {
  const project = readFirebaseProject(FIREBASE) as FirebaseProject;

  test("the signer key is in nothing that is stored", () => {
    const { hash } = firebaseHash({ ...FIREBASE, project }) as { hash: string };
    const bytes = Buffer.concat(hash.split("$").map((part) => Buffer.from(part, "base64")));
    expect(bytes.includes(project.signerKey.subarray(0, 8))).toBe(false);
  });

  test("base64 as URLs have it is the same", () => {
    const urlSafe = { hash: toUrlSafe(FIREBASE.hash), salt: toUrlSafe(FIREBASE.salt), project };
    expect(firebaseHash(urlSafe)).toEqual(firebaseHash({ ...FIREBASE, project }));
    expect(readFirebaseProject({ ...FIREBASE, signerKey: toUrlSafe(FIREBASE.signerKey) })).toEqual(project);
  });

  test.each<[Partial<FirebaseProjectInput>, string]>([
    [{ signerKey: "" }, "signer key"],
    [{ signerKey: "no base64!" }, "signer key"],
    [{ saltSeparator: "*" }, "salt separator"],
    [{ rounds: 0 }, "rounds"],
    [{ rounds: Number.NaN }, "rounds"],
    [{ memoryCost: 1.5 }, "memory cost"],
    [{ memoryCost: 21 }, "the logarithm of N, 21 is more than 20"],
    [{ rounds: 500 }, "is more than 256"],
  ])("%j is refused in clear words", (change, words) => {
    expect(readFirebaseProject({ ...FIREBASE, ...change })).toEqual({
      fault: expect.stringContaining(words),
    });
  });

  test.each([
    [{ hash: "*" }, "the hash is not base64"],
    [{ salt: "" }, "the salt is not base64"],
    [{ hash: FIREBASE.salt }, "the hash has 10 bytes, the project's signer key 64"],
  ])("a user with %j is refused in clear words", (change, words) => {
    expect(firebaseHash({ ...FIREBASE, project, ...change })).toEqual({ fault: words });
  });

  const toUrlSafe = (text: string): string =>
    text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
});

describe("the hasher, of hashes of other systems", () => {
  test.each(IMPORTED_HASHES)("makes $name anew at the next login", async ({ exported }) => {
    const pool = new HashPool({ concurrency: 1, queue: 1 });
    const forms = await ImportedHashForms.load(async () => null);
    const hasher = new PasswordHasher({ memoryKib: 64, iterations: 1, parallelism: 1 }, pool, forms);
    expect(hasher.needsRehash(read(exported).text)).toBe(true);
  });
});
