import { dirname, join, normalize } from "node:path";
import { listFiles, readText } from "../support/repository.js";

/** What a module may import, besides itself. Left may import right, never the reverse. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  admin: [
    "account",
    "mfa",
    "session",
    "user",
    "auth-error",
    "mail",
    "one-time-token",
    "security-event",
    "paging",
  ],
  account: [
    "password",
    "mfa",
    "passkey",
    "one-time-token",
    "email",
    "pending-signup",
    "credential-attempt",
    "session",
    "user",
    "auth-error",
    "mail",
    "security-event",
  ],
  passkey: ["credential-attempt", "session", "token", "user", "auth-error", "mail", "security-event"],
  password: [
    "passkey",
    "credential-attempt",
    "session",
    "user",
    "auth-error",
    "mail",
    "one-time-token",
    "security-event",
  ],
  mfa: ["credential-attempt", "session", "user", "auth-error", "mail", "one-time-token", "security-event"],
  email: [
    "pending-signup",
    "credential-attempt",
    "session",
    "user",
    "auth-error",
    "mail",
    "one-time-token",
    "security-event",
  ],
  federation: ["user"],
  "pending-signup": ["one-time-token"],
  "credential-attempt": ["attempt-limit", "session", "token", "user", "auth-error"],
  session: ["token", "user", "auth-error", "security-event"],
  token: ["user", "auth-error"],
  user: ["auth-error", "security-event"],
  "auth-error": [],
  // Everybody may use these.
  "security-event": ["user", "paging"],
  paging: [],
  mail: ["user"],
  "one-time-token": ["token", "user", "auth-error"],
  "attempt-limit": [],
  "user-import": ["password", "user", "auth-error"],
};

/** What a layer may import, besides itself. What stands above all of them (app, services, cli …) may import any. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  http: ["context.ts", "modules", "config", "lib"],
  graphql: ["context.ts", "modules", "database", "config", "lib"],
  // It names what modules put into it, and runs none of it.
  "context.ts": ["modules", "database", "lib"],
  modules: ["context.ts", "config", "lib"],
  database: ["modules", "migrations", "config", "lib"],
  infra: ["config", "lib"],
  config: ["lib"],
  migrations: [],
  lib: [],
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

  test("a request travels one way: nothing calls back up, and infra is handed in", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const [importer, imported] = [layerOf(from), layerOf(to)];
      if (importer === "context.ts" && imported === "modules" && !typeOnly) return true;
      return importer !== imported && LAYERS[importer]?.includes(imported) === false;
    });
    expect(wrong).toEqual([]);
  });

  test("every folder is a layer, but for the commands, which stand above", () => {
    const folders = new Set(sources.map(layerOf).filter((layer) => !layer.includes(".")));
    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual(["cli"]);
  });

  test("no source or test file has 250 lines", () => {
    const long = [...sources, ...listFiles("test/**/*.ts")].filter(
      (path) => readText(path).split("\n").length > 250,
    );
    expect(long).toEqual([]);
  });
});
