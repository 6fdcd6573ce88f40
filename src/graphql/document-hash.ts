import { createHash as createNodeHash } from "node:crypto";
import { remember } from "../lib/remember.js";

/** Half a megabyte at most. */
const MAX_REMEMBERED = 256;
const MAX_CHARACTERS = 1024;

const remembered = new Map<string, string>();

/**
 * What the bundle has for Apollo Server's `@apollo/utils.createhash` (scripts/bundle.js): Apollo names each document by its
 * SHA-256, also the one that it had a moment ago, which took 7 % of `me`.
 */
export function createHash(algorithm: string): DocumentHash {
  return new DocumentHash(algorithm);
}

/** As much of Node's `Hash` as Apollo Server uses, for text. */
class DocumentHash {
  #text = "";

  constructor(private readonly algorithm: string) {}

  update(text: string): this {
    this.#text += text;
    return this;
  }

  digest(encoding: "hex"): string {
    const isDocument = this.algorithm === "sha256" && this.#text.length <= MAX_CHARACTERS;
    return isDocument ? nameOf(this.#text) : computeHash(this.algorithm, this.#text, encoding);
  }
}

function nameOf(document: string): string {
  const known = remembered.get(document);
  if (known !== undefined) return known;
  const name = computeHash("sha256", document, "hex");
  remember(remembered, document, name, MAX_REMEMBERED);
  return name;
}

const computeHash = (algorithm: string, text: string, encoding: "hex"): string =>
  createNodeHash(algorithm).update(text).digest(encoding);
