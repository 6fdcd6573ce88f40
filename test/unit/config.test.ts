import { loadConfig } from "../../src/config/config.js";
import { ConfigError, type Environment } from "../../src/config/environment-reader.js";
import { readText } from "../support/repository.js";

const faultsOf = (environment: Environment): readonly string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};

describe("the configuration", () => {
  test("needs nothing in development", () => {
    expect(loadConfig({})).toMatchObject({
      nodeEnv: "development",
      host: "127.0.0.1",
      port: 4000,
      publicUrl: "http://localhost:4000",
      jwtAudience: "http://localhost:4000",
      databaseUrl: "sqlite:data/latchkey.db",
      jwtAlgorithm: "ES256",
      introspection: true,
      sandbox: true,
    });
  });

  test("reports every fault at once, each naming its variable", () => {
    const faults = faultsOf({
      NODE_ENV: "production",
      PORT: "abc",
      ACCESS_TOKEN_SECONDS: "-1",
      PUBLIC_URL: "latchkey.example.org",
      DATABASE_URL: "mysql://localhost",
      JWT_ALGORITHM: "none",
      SIGNUP_ENABLED: "yes",
      CORS_ORIGINS: "https://app.example.org/, *",
      ARGON2_MEMORY_KIB: "1024",
      PASSWORD_MIN_LENGTH: "4",
    });
    const names = [
      "PORT",
      "ACCESS_TOKEN_SECONDS",
      "PUBLIC_URL",
      "DATABASE_URL",
      "JWT_ALGORITHM",
      "SIGNUP_ENABLED",
    ];
    for (const name of [
      ...names,
      "CORS_ORIGINS",
      "ARGON2_MEMORY_KIB",
      "PASSWORD_MIN_LENGTH",
      "AUTH_SECRET",
    ]) {
      expect(faults.filter((fault) => fault.includes(name))).not.toEqual([]);
    }
  });

  test("31: refuses a secret under 32 bytes, without repeating it", () => {
    for (const name of ["AUTH_SECRET", "AUTH_SECRET_PREVIOUS"]) {
      const faults = faultsOf({ [name]: "hunter2-hunter2-hunter2-hunter2" });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`${name} must be at least 32 bytes long`);
      expect(faults[0]).not.toContain("hunter2");
    }
    expect(faultsOf({ AUTH_SECRET: "x".repeat(32) })).toEqual([]);
  });

  test("requires a secret in production, and switches off what helps strangers", () => {
    expect(faultsOf({ NODE_ENV: "production" })).toEqual([
      "AUTH_SECRET is required with NODE_ENV=production",
    ]);
    const config = loadConfig({ NODE_ENV: "production", AUTH_SECRET: "x".repeat(32) });
    expect(config).toMatchObject({ introspection: false, sandbox: false });
  });

  test.each([
    ["PUBLIC_URL", " https://x.example.org "],
    ["PUBLIC_URL", "https:x.example.org"],
    ["PUBLIC_URL", "http://a\nb"],
    ["PUBLIC_URL", "https://user:secret@x.example.org"],
    ["PUBLIC_URL", "https://x.example.org/?a=b"],
    ["CORS_ORIGINS", "https://*.example.org"],
    ["CORS_ORIGINS", "https://app.example.org/path"],
    ["DATABASE_URL", "sqlite://data/x.db"],
    ["DATABASE_URL", "sqlite:"],
    ["AUTH_SECRET", " ".repeat(40)],
    ["PORT", "4000.5"],
    ["PORT", "65536"],
  ])("refuses %s=%j", (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  test("takes an empty variable for an unset one", () => {
    expect(loadConfig({ PORT: "", AUTH_SECRET: "", CORS_ORIGINS: "" })).toEqual(loadConfig({}));
  });

  test(".env.example names every variable that is read, at its default", () => {
    const example = readText(".env.example");
    const read = [...readText("src/config/config.ts").matchAll(/"([A-Z][A-Z0-9_]{3,})"/g)].map(
      ([, name]) => name,
    );
    const values = new Set(["ES256", "HS256", "RS256"]);
    const variables = [...new Set(read)].filter((name) => name !== undefined && !values.has(name));
    expect(variables.length).toBeGreaterThan(25);
    expect(variables.filter((name) => !new RegExp(`^${name}=`, "m").test(example))).toEqual([]);
    const environment = Object.fromEntries(
      [...example.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, k, v]) => [k, v]),
    );
    expect(loadConfig(environment)).toEqual(loadConfig({}));
  });
});
