import {
  type Argon2Engine,
  fastEngine,
  loadArgon2Engine,
  portableEngine,
} from "../../src/modules/password/argon2-engine.js";
import { HashPool } from "../../src/modules/password/hash-pool.js";
import { ImportedHashForms } from "../../src/modules/password/imported-hash/imported-hash-forms.js";
import { PasswordHasher } from "../../src/modules/password/password-hasher.js";

const COST = { memoryKib: 64, iterations: 1, parallelism: 1 };

describe("the argon2 engines", () => {
  let fast: Argon2Engine;
  let portable: Argon2Engine;

  beforeAll(async () => {
    [fast, portable] = await Promise.all([fastEngine(), portableEngine()]);
  });

  test("read each other's hashes and refuse a wrong password", async () => {
    for (const [maker, reader] of [
      [fast, portable],
      [portable, fast],
    ] as const) {
      const phc = await maker.hash("pässwörd 🦉", COST);
      expect(phc).toMatch(/^\$argon2id\$v=19\$/);
      expect(await reader.verify(phc, "pässwörd 🦉")).toBe(true);
      expect(await reader.verify(phc, "passwörd 🦉")).toBe(false);
    }
  });

  test.each(["", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$$", "plain", "$2b$10$abcdefghijklmnopqrstuv"])(
    "say false, not an error, to %j",
    async (phc) => {
      expect(await fast.verify(phc, "password")).toBe(false);
      expect(await portable.verify(phc, "password")).toBe(false);
    },
  );

  test("the loaded one agrees with the reference code", async () => {
    const engine = await loadArgon2Engine();
    expect(await engine.verify(await portable.hash("latchkey", COST), "latchkey")).toBe(true);
  });

  test("hashes of today's cost need no rehash, whatever order a library writes the parameters in", async () => {
    const pool = new HashPool({ concurrency: 1, queue: 1 });
    const forms = await ImportedHashForms.load(async () => null);
    const hasher = new PasswordHasher(COST, pool, forms);
    for (const engine of [fast, portable]) {
      expect(hasher.needsRehash(await engine.hash("password", COST))).toBe(false);
      expect(hasher.needsRehash(await engine.hash("password", { ...COST, memoryKib: 32 }))).toBe(true);
    }
    expect(hasher.needsRehash("$argon2id$v=19$t=1,p=1,m=64$c2FsdHNhbHQ$aGFzaA")).toBe(false);
    expect(hasher.needsRehash("$argon2id$v=19$t=1,p=1,m=63$c2FsdHNhbHQ$aGFzaA")).toBe(true);
    const moreLanes = new PasswordHasher({ ...COST, parallelism: 2 }, pool, forms);
    expect(moreLanes.needsRehash(await fast.hash("password", COST))).toBe(true);
    const harder = new PasswordHasher({ ...COST, iterations: 2 }, pool, forms);
    expect(harder.needsRehash(await fast.hash("password", COST))).toBe(true);
    expect(hasher.needsRehash("$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA")).toBe(true);
    expect(hasher.needsRehash("$2b$10$abcdefghijklmnopqrstuv")).toBe(true);
    await pool.close();
  });
});
