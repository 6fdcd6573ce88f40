import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { JwtAlgorithm } from "../../config/config.js";
import type { SealedBox } from "../../lib/sealed-box.js";
import { StartError } from "../../lib/start-error.js";
import { jwkThumbprint } from "./jwt.js";
import { SigningKey } from "./signing-key.entity.js";

const MIN_RSA_BITS = 2048;

export type AsymmetricAlgorithm = Exclude<JwtAlgorithm, "HS256">;

/** A key pair of the database, opened. */
export interface OpenedSigningKey {
  readonly kid: string;
  readonly algorithm: AsymmetricAlgorithm;
  readonly sequence: number;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly createdAt: Date;
  readonly signsFrom: Date;
  /** Sealed under AUTH_SECRET_PREVIOUS still. */
  readonly isStale: boolean;
}

interface NewSigningKey {
  readonly algorithm: AsymmetricAlgorithm;
  readonly sequence: number;
  readonly now: Date;
  /** Default: at once. */
  readonly signsFrom?: Date;
}

/** Makes the next key pair. When another instance was faster, its key is the one that counts. */
export async function createSigningKey(
  em: EntityManager,
  sealedBox: SealedBox,
  key: NewSigningKey,
): Promise<void> {
  try {
    await insertSigningKey(em, sealedBox, key);
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
  }
}

/**
 * @returns the new key's id
 * @throws UniqueConstraintViolationException where another key took its place in the sequence
 */
export async function insertSigningKey(
  em: EntityManager,
  sealedBox: SealedBox,
  { algorithm, sequence, now: createdAt, signsFrom = createdAt }: NewSigningKey,
): Promise<string> {
  const { privateKey, publicKey } = generateKeyPair(algorithm);
  const kid = jwkThumbprint(publicKey);
  const privateJwk = JSON.stringify(privateKey.export({ format: "jwk" }));
  const sealedPrivateKey = sealedBox.seal(privateJwk, sealLabel(kid));
  await em.insert(
    SigningKey,
    new SigningKey({ kid, algorithm, sequence, sealedPrivateKey, createdAt, signsFrom }),
  );
  return kid;
}

/**
 * Every key pair, the newest first. Keys still sealed under AUTH_SECRET_PREVIOUS are sealed anew,
 * so that the old secret can go.
 *
 * @throws StartError when a key opens under neither secret, or is an RSA key of less than 2048 bits
 */
export async function openSigningKeys(em: EntityManager, sealedBox: SealedBox): Promise<OpenedSigningKey[]> {
  const opened = await readSigningKeys(em, sealedBox);
  await em.flush();
  return opened;
}

/** The same, for looking only: unless the caller flushes, nothing is written. */
export async function readSigningKeys(em: EntityManager, sealedBox: SealedBox): Promise<OpenedSigningKey[]> {
  const rows = await em.find(SigningKey, {}, { orderBy: { sequence: "desc" } });
  return rows.map((row) => openSigningKey(row, sealedBox));
}

function openSigningKey(row: SigningKey, sealedBox: SealedBox): OpenedSigningKey {
  const opened = sealedBox.open(row.sealedPrivateKey, sealLabel(row.kid));
  if (opened === null) {
    throw new StartError(
      "AUTH_SECRET cannot decrypt the signing keys in the database. Set the secret they were encrypted with, as " +
        "AUTH_SECRET or AUTH_SECRET_PREVIOUS (a development machine keeps its own in data/auth-secret). If it is lost, empty the table signing_keys: new keys are made, and " +
        "everybody has to log in again.",
    );
  }
  if (opened.stale) row.sealedPrivateKey = sealedBox.seal(opened.plaintext, sealLabel(row.kid));
  const privateKey = createPrivateKey({ key: JSON.parse(opened.plaintext), format: "jwk" });
  if (row.algorithm === "RS256" && (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    throw new StartError(`The signing key ${row.kid} is an RSA key of less than ${MIN_RSA_BITS} bits.`);
  }
  // The public half is derived, not stored: a row that somebody planted without AUTH_SECRET verifies nothing.
  return {
    kid: row.kid,
    algorithm: row.algorithm as AsymmetricAlgorithm,
    sequence: row.sequence,
    privateKey,
    publicKey: createPublicKey(privateKey),
    createdAt: row.createdAt,
    signsFrom: row.signsFrom,
    isStale: opened.stale,
  };
}

function generateKeyPair(algorithm: AsymmetricAlgorithm): { privateKey: KeyObject; publicKey: KeyObject } {
  return algorithm === "ES256"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("rsa", { modulusLength: MIN_RSA_BITS });
}

const sealLabel = (kid: string): string => `signing-key:${kid}`;
