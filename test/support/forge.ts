import { createHmac, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { SealedBox } from "../../src/lib/sealed-box.js";
import { SecretKeys } from "../../src/lib/secret-keys.js";
import { SigningKey } from "../../src/modules/token/signing-key.entity.js";
import type { TestApp } from "./test-app.js";

export type Json = Readonly<Record<string, unknown>>;

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

export const decodePart = (token: string, part: 0 | 1): Json =>
  JSON.parse(Buffer.from(token.split(".")[part] ?? "", "base64url").toString());

/** The very key the app signs with, taken out of its database with its secret: what even a thief of it must not get past. */
export async function stealSigningKey(app: TestApp): Promise<KeyObject> {
  const [row] = await app.orm.em.fork().find(SigningKey, {});
  const opened = new SealedBox(new SecretKeys(app.secret)).open(
    row?.sealedPrivateKey ?? "",
    `signing-key:${row?.kid}`,
  );
  return createPrivateKey({ key: JSON.parse(opened?.plaintext ?? ""), format: "jwk" });
}

/** Signs whatever header and payload it is given. */
export function signEs256(header: unknown, payload: unknown, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

export function signHs256(header: unknown, payload: unknown, key: string | Buffer | KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}
