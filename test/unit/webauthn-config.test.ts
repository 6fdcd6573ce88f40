import { loadConfig } from "../../src/config/config.js";
import type { ConfigError } from "../../src/config/environment-reader.js";

const webauthn = (environment: Readonly<Record<string, string>>) => loadConfig(environment).webauthn;

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
}

describe("which pages passkeys are for", () => {
  test("those of PUBLIC_URL, by its host", () => {
    expect(webauthn({})).toEqual({
      isEnabled: true,
      rpId: "localhost",
      origins: ["http://localhost:4000"],
    });
    expect(webauthn({ PUBLIC_URL: "https://Auth.example.org/accounts/" })).toEqual({
      isEnabled: true,
      rpId: "auth.example.org",
      origins: ["https://auth.example.org"],
    });
  });

  test("and those of CORS_ORIGINS that lie under the RP ID", () => {
    const origins = [
      "https://app.example.org",
      "https://example.org",
      "https://notexample.org",
      "https://example.org.evil.example",
    ];
    const environment = { PUBLIC_URL: "https://auth.example.org", CORS_ORIGINS: origins.join() };
    expect(webauthn(environment).origins).toEqual(["https://auth.example.org"]);
    expect(webauthn({ ...environment, WEBAUTHN_RP_ID: "Example.org" })).toEqual({
      isEnabled: true,
      rpId: "example.org",
      origins: ["https://auth.example.org", "https://app.example.org", "https://example.org"],
    });
  });

  test("none where PUBLIC_URL is an address: browsers have no passkeys for those", () => {
    for (const url of ["http://127.0.0.1:4000", "http://[::1]:4000", "http://10.0.0.5", "http://intranet"]) {
      expect(webauthn({ PUBLIC_URL: url }).isEnabled).toBe(false);
      expect(faultsOf({ PUBLIC_URL: url, PASSKEYS: "true" })).toEqual([
        expect.stringContaining("PASSKEYS=true"),
      ]);
    }
  });

  test("none where they are switched off", () => {
    expect(webauthn({ PASSKEYS: "false" }).isEnabled).toBe(false);
  });

  test("38: never all of a top-level domain, nor another's", () => {
    const others = [
      "org",
      "ample.org",
      ".example.org",
      "https://example.org",
      "other.example.org",
      "evil.example",
    ];
    for (const rpId of others) {
      const environment = { PUBLIC_URL: "https://auth.example.org", WEBAUTHN_RP_ID: rpId };
      expect(faultsOf(environment)).toEqual([expect.stringContaining("WEBAUTHN_RP_ID")]);
    }
    const address = { PUBLIC_URL: "http://10.0.0.1", WEBAUTHN_RP_ID: "0.0.1" };
    expect(faultsOf(address)).toEqual([expect.stringContaining("WEBAUTHN_RP_ID")]);
  });
});
