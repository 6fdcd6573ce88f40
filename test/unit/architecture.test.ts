import { dirname, join, normalize } from "node:path";
import { listFiles, readText } from "../support/repository.js";

/** What a module may import, besides itself. Left may import right, never the reverse. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  account: ["password", "session", "token", "user", "auth-error", "attempt-limit"],
  password: ["session", "token", "user", "auth-error"],
  session: ["token", "user", "auth-error"],
  token: ["user", "auth-error"],
  user: ["auth-error"],
  "auth-error": [],
  "attempt-limit": [],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const sources = listFiles("src/**/*.ts");

const imports: Import[] = sources.flatMap((from) =>
  [...readText(from).matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from "(\.[^"]+)";/gms)].map(
    ([, type, path]) => ({
      from,
      to: normalize(join(dirname(from), path ?? ""))
        .replaceAll("\\", "/")
        .replace(/\.js$/, ".ts"),
      typeOnly: type !== undefined,
    }),
  ),
);

const moduleOf = (path: string): string | undefined => /^src\/modules\/([^/]+)\//.exec(path)?.[1];
const layerOf = (path: string): string => /^src\/([^/]+)/.exec(path)?.[1] ?? "";

describe("the architecture", () => {
  test("finds the imports it judges", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.every(({ to }) => sources.includes(to))).toBe(true);
  });

  test("every module is known to the order of modules", () => {
    expect([...new Set(sources.map(moduleOf).filter((name) => name !== undefined))].sort()).toEqual(
      Object.keys(ALLOWED).sort(),
    );
  });

  test("modules import in one direction only", () => {
    const wrong = imports.filter(({ from, to }) => {
      const [importer, imported] = [moduleOf(from), moduleOf(to)];
      if (importer === undefined || imported === undefined || importer === imported) return false;
      return !ALLOWED[importer]?.includes(imported);
    });
    expect(wrong).toEqual([]);
  });

  test("a request travels one way: nothing under modules or lib calls back up", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      if (layerOf(from) === "modules")
        return !["modules", "lib", "config", "context.ts"].includes(layerOf(to));
      if (layerOf(from) === "lib") return layerOf(to) !== "lib";
      // The context names what modules put into it, and runs none of it.
      return from === "src/context.ts" && layerOf(to) === "modules" && !typeOnly;
    });
    expect(wrong).toEqual([]);
  });

  test("no source or test file has 250 lines", () => {
    const long = [...sources, ...listFiles("test/**/*.ts")].filter(
      (path) => readText(path).split("\n").length > 250,
    );
    expect(long).toEqual([]);
  });
});
