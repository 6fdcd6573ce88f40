import { randomBytes } from "node:crypto";
import type { Argon2Cost } from "./argon2-engine.js";
import type { Admission, HashPool } from "./hash-pool.js";
import { readArgon2 } from "./imported-hash/argon2.js";
import type { ImportedHash } from "./imported-hash/hash-form.js";
import { readImportedHash } from "./imported-hash/imported-hash.js";
import type { ImportedHashForms } from "./imported-hash/imported-hash-forms.js";

/**
 * What no stored hash can have been made of, in UTF-16 units: PASSWORD_MAX_LENGTH is 1024 code points at most, and
 * NFKC makes each of a few units. Nothing longer is ever computed.
 */
const MAX_PASSWORD_UNITS = 8192;

/** Makes hashes of passwords, argon2id in PHC strings, and verifies them and those of other systems. */
export class PasswordHasher {
  constructor(
    private readonly cost: Argon2Cost,
    private readonly pool: HashPool,
    private readonly importedHashForms: ImportedHashForms,
  ) {}

  /** Whether no stored hash can have been made of it. */
  isImpossible(password: string): boolean {
    return password.length > MAX_PASSWORD_UNITS;
  }

  /**
   * Asked first, so that a flood is turned away before it costs a look-up.
   *
   * @throws AppError SERVICE_UNAVAILABLE when too many hash already
   */
  refuseWhenFull(): void {
    this.pool.refuseWhenFull();
  }

  /**
   * What `hash` and `verify` ask for. `using` gives it back.
   *
   * @throws AppError SERVICE_UNAVAILABLE when too many hash already
   */
  admit(): Admission {
    return this.pool.admit();
  }

  async hash(password: string, admission: Admission): Promise<string> {
    const task = { kind: "hash", password: normalizePassword(password), cost: this.cost } as const;
    return String(await this.pool.run(task, admission));
  }

  /**
   * Verifies against the stored hash of an account. Every failure takes the same work (ASVS 6.3.8), whether there is
   * an account and whoever has made its hash: an argon2id hash of today's cost, and one in each form that imported
   * hashes still have.
   */
  async verify(storedHash: string | null, password: string, admission: Admission): Promise<boolean> {
    if (this.isImpossible(password)) return false;
    const imported = this.#readImported(storedHash);
    if (imported !== null) this.importedHashForms.note(imported);
    if (imported !== null && (await this.#matchesImported(imported.text, password, admission))) return true;
    if (await this.verifyOwn(imported === null ? storedHash : null, password, admission)) return true;
    for (const specimen of this.importedHashForms.specimensBut(imported?.form)) {
      await this.#matchesImported(specimen, password, admission);
    }
    return false;
  }

  /**
   * Verifies against a hash that can only be of our making. Where there is none, or a cheaper one than today's that
   * does not match, a dummy makes up the work.
   */
  async verifyOwn(storedHash: string | null, password: string, admission: Admission): Promise<boolean> {
    if (this.isImpossible(password)) return false;
    const normalized = normalizePassword(password);
    const cost = storedHash === null ? null : this.#readOwnCost(storedHash);
    if (storedHash !== null && cost !== null && (await this.#matches(storedHash, normalized, admission))) {
      return true;
    }
    const missing = cost === null ? this.cost : missingCost(cost, this.cost);
    if (missing !== null) await this.#matches(dummyHash(missing), normalized, admission);
    return false;
  }

  /** Whether the hash is weaker than what would be made today: raising the cost rehashes at the next login. */
  needsRehash(storedHash: string): boolean {
    const stored = parseCost(storedHash);
    if (stored === null) return true;
    const { memoryKib, iterations, parallelism } = this.cost;
    return stored.memoryKib < memoryKib || stored.iterations < iterations || stored.parallelism < parallelism;
  }

  #readImported(storedHash: string | null): ImportedHash | null {
    if (storedHash === null || parseCost(storedHash) !== null) return null;
    const read = readImportedHash(storedHash);
    return "fault" in read ? null : read;
  }

  /** Null for what is none of ours, and for one that was made to keep the server busy. */
  #readOwnCost(storedHash: string): Argon2Cost | null {
    const read = readArgon2(storedHash, this.cost);
    return read === null || "fault" in read ? null : parseCost(storedHash);
  }

  /** Other systems have hashed what was typed, or its normal form. Both are tried whichever was right last time. */
  async #matchesImported(storedHash: string, password: string, admission: Admission): Promise<boolean> {
    for (const form of new Set([password, normalizePassword(password)])) {
      if (await this.#matches(storedHash, form, admission)) return true;
    }
    return false;
  }

  async #matches(storedHash: string, password: string, admission: Admission): Promise<boolean> {
    return (await this.pool.run({ kind: "verify", password, storedHash }, admission)) === true;
  }
}

/** The same password typed on another keyboard has the same bytes (NIST SP 800-63B-4 §3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

/** The cost of an argon2id hash of today's version; null for every other. */
function parseCost(phc: string): Argon2Cost | null {
  const [before, variant, version, parameters] = phc.split("$");
  if (before !== "" || variant !== "argon2id" || version !== "v=19" || parameters === undefined) return null;
  // By name: the order is m, t, p in the specification, but not with every library.
  const costs = new Map(parameters.split(",").map((pair) => pair.split("=") as [string, string]));
  const [memoryKib, iterations, parallelism] = ["m", "t", "p"].map((name) => Number(costs.get(name)));
  return memoryKib && iterations && parallelism ? { memoryKib, iterations, parallelism } : null;
}

/** What a verification at the stored cost lacks in work to one at today's. Work is memory times iterations. */
function missingCost(stored: Argon2Cost, today: Argon2Cost): Argon2Cost | null {
  const missingWork = today.memoryKib * today.iterations - stored.memoryKib * stored.iterations;
  const memoryKib = Math.floor(missingWork / today.iterations);
  return memoryKib < 8 * today.parallelism ? null : { ...today, memoryKib };
}

/** A hash of nothing: well-formed, of the given cost, and of no password that anybody knows. */
function dummyHash({ memoryKib, iterations, parallelism }: Argon2Cost): string {
  const randomBase64 = (bytes: number): string => randomBytes(bytes).toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${randomBase64(16)}$${randomBase64(32)}`;
}
