import * as simd from "@node-rs/argon2";
import * as portable from "argon2";

/** Latchkey's default cost. Both packages compute argon2id unless told otherwise. */
export const ARGON2_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

export const portableArgon2: PasswordHasher = {
  hash: (password) => portable.hash(password, ARGON2_COST),
  verify: (hash, password) => portable.verify(hash, password),
};

export const simdArgon2: PasswordHasher = {
  hash: (password) => simd.hash(password, ARGON2_COST),
  verify: (hash, password) => simd.verify(hash, password),
};

/** The package that most take, unless PASSWORD_HASHER says otherwise. */
export const chosenArgon2 = process.env.PASSWORD_HASHER === "node-rs" ? simdArgon2 : portableArgon2;
