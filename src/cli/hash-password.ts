import type { Config } from "../config/config.js";
import { HashPool } from "../modules/password/hash-pool.js";
import { ImportedHashForms } from "../modules/password/imported-hash/imported-hash-forms.js";
import { PasswordHasher } from "../modules/password/password-hasher.js";

/** One hash of today's cost, in a process that makes no other and verifies none. */
export async function hashPassword({ argon2 }: Pick<Config, "argon2">, password: string): Promise<string> {
  const pool = new HashPool({ concurrency: 1, queue: 0 });
  try {
    const hasher = new PasswordHasher(argon2, pool, await ImportedHashForms.load(async () => null));
    using admission = pool.admit();
    return await hasher.hash(password, admission);
  } finally {
    await pool.close();
  }
}
