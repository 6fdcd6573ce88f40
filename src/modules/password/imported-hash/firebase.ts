import { createCipheriv, timingSafeEqual } from "node:crypto";
import { type Fault, findFaultOfKey, type ImportedHash, readBase64 } from "./hash-form.js";
import { readPhcString, writePhcString } from "./phc-string.js";
import {
  deriveScryptKey,
  findExcessOfScrypt,
  type ScryptCost,
  toScryptCost,
  writeScryptCost,
} from "./scrypt.js";

/** The password hash parameters of a Firebase project, as its console shows them. */
export interface FirebaseProjectInput {
  /** `base64_signer_key` */
  readonly signerKey: string;
  /** `base64_salt_separator` */
  readonly saltSeparator: string;
  readonly rounds: number;
  /** `mem_cost` */
  readonly memoryCost: number;
}

/** {@link FirebaseProjectInput}, read. */
export interface FirebaseProject {
  readonly signerKey: Buffer;
  readonly saltSeparator: Buffer;
  readonly cost: ScryptCost;
}

/** A user's `passwordHash` and `salt` of `firebase auth:export`, both base64. */
export interface FirebaseUserHash {
  readonly hash: string;
  readonly salt: string;
  readonly project: FirebaseProject;
}

const ID = "firebase-scrypt";
const AES_KEY_BYTES = 32;
const NO_IV = Buffer.alloc(16);

export function readFirebaseProject(input: FirebaseProjectInput): FirebaseProject | Fault {
  const { rounds, memoryCost } = input;
  const [signerKey, saltSeparator] = [readBase64(input.signerKey), readBase64(input.saltSeparator)];
  if (signerKey === null || findFaultOfKey(signerKey) !== null) {
    return { fault: "the signer key is not 16 to 64 bytes in base64" };
  }
  if (saltSeparator === null) return { fault: "the salt separator is not base64" };
  if (!isCount(rounds)) return { fault: "rounds is not a number from 1 on" };
  if (!isCount(memoryCost)) return { fault: "the memory cost is not a number from 1 on" };
  const cost = { log2N: memoryCost, blockSize: rounds, parallelism: 1 };
  const excess = findExcessOfScrypt(cost);
  return excess === null ? { signerKey, saltSeparator, cost } : { fault: excess };
}

/**
 * Firebase encrypts the project's signer key with AES-256-CTR under the key that its scrypt derives from the password.
 * What is stored is the key stream alone, the hash XOR the signer key: it verifies without the signer key, which need
 * not be kept anywhere (github.com/firebase/scrypt).
 */
export function firebaseHash({ hash, salt, project }: FirebaseUserHash): { readonly hash: string } | Fault {
  const [encrypted, userSalt] = [readBase64(hash), readBase64(salt)];
  if (encrypted === null) return { fault: "the hash is not base64" };
  if (userSalt === null || userSalt.length === 0) return { fault: "the salt is not base64" };
  const { signerKey, saltSeparator, cost } = project;
  if (encrypted.length !== signerKey.length) {
    return { fault: `the hash has ${encrypted.length} bytes, the project's signer key ${signerKey.length}` };
  }
  const key = encrypted.map((byte, index) => byte ^ (signerKey[index] ?? 0));
  return {
    hash: writePhcString(formOf(cost), {
      salt: Buffer.concat([userSalt, saltSeparator]),
      key: Buffer.from(key),
    }),
  };
}

/** `$firebase-scrypt$ln=14,r=8,p=1$salt$key`, the salt with its separator, the key being AES's key stream. */
export function readFirebase(text: string): ImportedHash | Fault | null {
  if (!text.startsWith(`$${ID}$`)) return null;
  const phc = readPhcString(text);
  const cost = phc === null ? null : toScryptCost(phc.parameters);
  if (phc === null || cost === null) return { fault: "not a complete Firebase hash" };
  const fault = findExcessOfScrypt(cost) ?? findFaultOfKey(phc.key);
  if (fault !== null) return { fault };
  const form = formOf(cost);
  return {
    text: writePhcString(form, phc),
    form,
    async matches(password) {
      const aesKey = deriveScryptKey(password, cost, { salt: phc.salt, bytes: AES_KEY_BYTES });
      const keyStream = createCipheriv("aes-256-ctr", aesKey, NO_IV).update(Buffer.alloc(phc.key.length));
      return timingSafeEqual(keyStream, phc.key);
    },
  };
}

const formOf = (cost: ScryptCost): string => `$${ID}$${writeScryptCost(cost)}$`;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
