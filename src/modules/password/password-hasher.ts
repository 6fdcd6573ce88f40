import { randomBytes } from "node:crypto";
import type { Argon2Cost } from "./argon2-engine.js";
import type { HashPool } from "./hash-pool.js";

/** Far above PASSWORD_MAX_LENGTH in UTF-8: no stored hash was made of more, so nothing longer is ever computed. */
const MAX_PASSWORD_BYTES = 4096;

/** Makes and verifies the hashes of passwords: argon2id in PHC strings. */
export class PasswordHasher {
  /** A hash of nothing: well-formed, of today's cost, and of no password that anybody knows. */
  readonly #dummyHash: string;

  constructor(
    private readonly cost: Argon2Cost,
    private readonly pool: HashPool,
  ) {
    this.#dummyHash = `$argon2id$v=19$${costOf(cost)}$${randomBase64(16)}$${randomBase64(32)}`;
  }

  async hash(password: string): Promise<string> {
    return String(
      await this.pool.run({ kind: "hash", password: normalizePassword(password), cost: this.cost }),
    );
  }

  /**
   * Verifies against a stored hash; with none, against a dummy of the same cost, so that an unknown account takes
   * the work and time of a wrong password (ASVS 6.3.8).
   */
  async verify(storedHash: string | null, password: string): Promise<boolean> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false;
    const phc = storedHash ?? this.#dummyHash;
    const isRight = await this.pool.run({ kind: "verify", password: normalizePassword(password), phc });
    return storedHash !== null && isRight === true;
  }

  /** Whether the hash is weaker than what would be made today: raising the cost rehashes at the next login. */
  needsRehash(storedHash: string): boolean {
    const [, variant, version, parameters] = storedHash.split("$");
    if (variant !== "argon2id" || version !== "v=19" || parameters === undefined) return true;
    // By name: the order is m, t, p in the specification, but not with every library.
    const stored = new Map(parameters.split(",").map((pair) => pair.split("=") as [string, string]));
    const isWeaker = (name: string, today: number): boolean => !(Number(stored.get(name)) >= today);
    return isWeaker("m", this.cost.memoryKib) || isWeaker("t", this.cost.iterations);
  }
}

/** The same password typed on another keyboard has the same bytes (NIST SP 800-63B-4 §3.1.1.2). */
export function normalizePassword(password: string): string {
  return password.normalize("NFKC");
}

const costOf = ({ memoryKib, iterations, parallelism }: Argon2Cost): string =>
  `m=${memoryKib},t=${iterations},p=${parallelism}`;

const randomBase64 = (bytes: number): string => randomBytes(bytes).toString("base64").replaceAll("=", "");
