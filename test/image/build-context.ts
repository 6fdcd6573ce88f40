import { cpSync } from "node:fs";
import { relative } from "node:path";

interface Rule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

/** What a builder is given of a checkout: what .dockerignore leaves. */
export class BuildContext {
  readonly #rules: readonly Rule[];

  constructor(
    readonly folder: string,
    dockerignore: string,
  ) {
    const lines = dockerignore.split("\n").map((line) => line.trim());
    this.#rules = lines.filter((line) => line !== "" && !line.startsWith("#")).map(readRule);
  }

  /** The last rule that fits the path, or a folder that it lies in, decides. */
  includes(path: string): boolean {
    const parents = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const rule = this.#rules.findLast(({ pattern }) => parents.some((parent) => pattern.test(parent)));
    return rule === undefined || rule.isException;
  }

  copyTo(target: string, path = ""): void {
    cpSync(`${this.folder}/${path}`, target, {
      recursive: true,
      filter: (source) => {
        const inside = relative(this.folder, source);
        return inside === "" || this.includes(inside);
      },
    });
  }
}

function readRule(line: string): Rule {
  const isException = line.startsWith("!");
  const pattern = (isException ? line.slice(1) : line).replace(/^\/|\/$/g, "");
  // A folder that is left out is not looked into by copyTo: an exception deep inside would be lost here.
  if (/\*\*|[?[\\]/.test(pattern) || (isException && pattern.includes("/"))) {
    throw new Error(`This pattern of .dockerignore is not known here: ${line}`);
  }
  const escaped = pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*");
  return { pattern: new RegExp(`^${escaped}$`), isException };
}
