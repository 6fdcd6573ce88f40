/** Cost of an argon2id hash (RFC 9106 §3.1). */
export interface Argon2Cost {
  readonly memoryKib: number;
  readonly iterations: number;
  readonly parallelism: number;
}

/** A library that computes argon2id, in PHC strings that every other one reads. */
export interface Argon2Engine {
  /** Of the package behind it. */
  readonly name: string;
  hash(password: string, cost: Argon2Cost): Promise<string>;
  /** False for a wrong password, and for a hash that is no PHC string. */
  verify(phc: string, password: string): Promise<boolean>;
}

/** A hash of "latchkey" by the reference code: an engine that does not agree with it is not used. */
const KNOWN_HASH =
  "$argon2id$v=19$m=1024,t=1,p=1$bGF0Y2hrZXktc2FsdCEhIQ$euXTDyQbpeFW9kjNNg19nBCtCBfItOwLkGshFEcmisU";

/** An engine throws at a malformed hash and at want of memory alike, and only the one means "wrong password". */
const ARGON2_PHC = /^\$argon2(?:id|i|d)\$v=\d+\$[a-z0-9=,]+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;

/**
 * The fast engine (SIMD, a third of the time) where its prebuilt package is installed and proves itself, else the
 * portable one. Both are called inside a worker, where blocking is fine.
 */
export async function loadArgon2Engine(): Promise<Argon2Engine> {
  const fast = await fastEngine().catch(() => null);
  return fast !== null && (await agreesWithReference(fast)) ? fast : portableEngine();
}

export async function fastEngine(): Promise<Argon2Engine> {
  const { Algorithm, hashSync, verifySync } = await import("@node-rs/argon2");
  return {
    name: "@node-rs/argon2",
    hash: async (password, cost) =>
      hashSync(password, {
        algorithm: Algorithm.Argon2id,
        memoryCost: cost.memoryKib,
        timeCost: cost.iterations,
        parallelism: cost.parallelism,
      }),
    verify: async (phc, password) => ARGON2_PHC.test(phc) && verifySync(phc, password),
  };
}

export async function portableEngine(): Promise<Argon2Engine> {
  const { argon2id, hash, verify } = await import("argon2");
  return {
    name: "argon2",
    hash: (password, cost) =>
      hash(password, {
        type: argon2id,
        memoryCost: cost.memoryKib,
        timeCost: cost.iterations,
        parallelism: cost.parallelism,
      }),
    verify: async (phc, password) => ARGON2_PHC.test(phc) && verify(phc, password),
  };
}

async function agreesWithReference(engine: Argon2Engine): Promise<boolean> {
  return (await engine.verify(KNOWN_HASH, "latchkey")) && !(await engine.verify(KNOWN_HASH, "Latchkey"));
}
