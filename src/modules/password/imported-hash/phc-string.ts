import { readBase64, writeBase64 } from "./hash-form.js";

/** github.com/P-H-C/phc-string-format: `$id$v=19$m=8,t=1$salt$key`. */
export interface PhcString {
  readonly id: string;
  readonly version: number | null;
  readonly parameters: Readonly<Record<string, number>>;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const NUMBER = "[1-9]\\d{0,9}";
const PATTERN = new RegExp(
  `^\\$([a-z0-9-]+)(?:\\$v=(${NUMBER}))?\\$([a-z]+=${NUMBER}(?:,[a-z]+=${NUMBER})*)\\$([^$]+)\\$([^$]+)$`,
);

/** Null for what is none. */
export function readPhcString(text: string): PhcString | null {
  const [, id, version, parameters, saltText, keyText] = PATTERN.exec(text) ?? [];
  if (id === undefined || parameters === undefined) return null;
  const [salt, key] = [readBase64(saltText ?? ""), readBase64(keyText ?? "")];
  if (salt === null || key === null) return null;
  return {
    id,
    version: version === undefined ? null : Number(version),
    // By name: their order differs between libraries.
    parameters: Object.fromEntries(parameters.split(",").map(readParameter)),
    salt,
    key,
  };
}

/** @param form everything up to the salt, with the dollar sign before it */
export function writePhcString(form: string, { salt, key }: Pick<PhcString, "salt" | "key">): string {
  return `${form}${writeBase64(salt)}$${writeBase64(key)}`;
}

function readParameter(pair: string): [string, number] {
  const [name = "", value] = pair.split("=");
  return [name, Number(value)];
}
